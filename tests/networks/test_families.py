"""Structure that parameter counts cannot show."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest
import torch
from torch import nn
from torch.nn import functional

from ctviewer.networks.blocks import AttentionGate
from ctviewer.networks.registry import (
    ARCHITECTURES,
    CLASSIFICATION,
    SEGMENTATION,
    BadArgumentsError,
    UnknownNetworkError,
    build,
    names,
)


@pytest.fixture
def image() -> torch.Tensor:
    return torch.rand(2, 1, 32, 48, generator=torch.Generator().manual_seed(3))


class TestRegistry:
    def test_reading_the_table_does_not_load_torch(self) -> None:
        code = "import sys, ctviewer.networks.registry as r; r.names(); sys.exit('torch' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_an_unknown_name_is_refused_with_the_known_ones(self) -> None:
        with pytest.raises(UnknownNetworkError, match="mini_unet"):
            build("resnet_of_tomorrow", width=8)

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ({}, "needs width"),
            ({"width": 8, "depth": 3}, "does not take depth"),
            ({"width": 0}, "width must be a positive whole number, not 0"),
            ({"width": True}, "not True"),
            ({"width": "8"}, "not '8'"),
        ],
    )
    def test_bad_arguments_are_refused_by_name(self, arguments: dict[str, int], sentence: str) -> None:
        with pytest.raises(BadArgumentsError, match=sentence):
            build("unet", **arguments)

    def test_a_size_the_network_cannot_have_is_refused(self) -> None:
        with pytest.raises(BadArgumentsError, match="multiple of 16, not 100"):
            build("simple_cnn", size_px=100)

    def test_names_can_be_asked_by_task(self) -> None:
        assert "attention_unet_plus_plus_v2" in names(SEGMENTATION)
        assert "attention_unet_plus_plus_v2" not in names(CLASSIFICATION)
        assert set(names()) == set(ARCHITECTURES)


class TestAttentionUNetPlusPlus:
    def test_v1_is_unet_plus_plus_with_dead_gates(self, image: torch.Tensor) -> None:
        v1 = build("attention_unet_plus_plus_v1", width=4).eval()
        plain = build("unet_plus_plus", width=4).eval()
        missing, unexpected = plain.load_state_dict(v1.state_dict(), strict=False)
        assert missing == []
        assert all(key.startswith("gates.") for key in unexpected)
        with torch.no_grad():
            assert torch.equal(v1(image), plain(image))

    def test_v2_gates_every_skip_once_and_reuses_it(self, image: torch.Tensor) -> None:
        v2 = build("attention_unet_plus_plus_v2", width=4).eval()
        calls: Counter[int] = Counter()
        for row, gate in enumerate(v2.gates):
            gate.register_forward_hook(lambda *_, row=row: calls.update([row]))
        with torch.no_grad():
            v2(image)
        assert calls == {0: 4, 1: 3, 2: 2, 3: 1}

    def test_v2_equals_the_formula_written_out(self, image: torch.Tensor) -> None:
        """The definition node by node, without any reuse: X[r][j] = block(G(X[r][0..j-1]), up(X[r+1][j-1]))."""
        torch.manual_seed(5)
        net = build("attention_unet_plus_plus_v2", width=4).eval()

        def up(x: torch.Tensor) -> torch.Tensor:
            size = (2 * x.shape[-2], 2 * x.shape[-1])
            return functional.interpolate(x, size, mode="bilinear", align_corners=True)

        def node(row: int, column: int) -> torch.Tensor:
            if column == 0:
                before = image if row == 0 else functional.max_pool2d(node(row - 1, 0), 2)
                return net.encoder[row](before)
            skips = [net.gates[row](up(node(row + 1, k)), node(row, k)) for k in range(column)]
            return net.nested[row][column - 1](torch.cat([*skips, up(node(row + 1, column - 1))], dim=1))

        with torch.no_grad():
            torch.testing.assert_close(net(image), net.head(node(0, 4)), rtol=1e-5, atol=1e-6)

    def test_open_gates_make_v2_a_unet_plus_plus(self, image: torch.Tensor) -> None:
        v2 = build("attention_unet_plus_plus_v2", width=4).eval()
        for gate in v2.gates:
            nn.init.zeros_(gate.to_map[1].weight)
            nn.init.constant_(gate.to_map[1].bias, 40.0)  # sigmoid(40) is 1 in float32
        plain = build("unet_plus_plus", width=4).eval()
        plain.load_state_dict(v2.state_dict(), strict=False)
        with torch.no_grad():
            assert torch.equal(v2(image), plain(image))

    def test_a_gate_scales_between_nothing_and_all(self) -> None:
        gate = AttentionGate(gating_channels=8, skip_channels=4).eval()
        gating, skip = torch.randn(1, 8, 6, 6), torch.randn(1, 4, 6, 6)
        with torch.no_grad():
            factor = gate(gating, skip) / skip
        assert ((factor > 0) & (factor < 1)).all()
        assert torch.allclose(factor[:, :1].expand_as(factor), factor, rtol=1e-4), "one map for all channels"

    @pytest.mark.parametrize(("version", "convolutions"), [(3, 2), (4, 3)])
    def test_residual_blocks_have_their_convolutions(self, version: int, convolutions: int) -> None:
        net = build(f"attention_unet_plus_plus_v{version}", width=2)
        blocks = [*net.encoder, *(block for row in net.nested for block in row)]
        sizes = [[m.kernel_size for m in block.modules() if isinstance(m, nn.Conv2d)] for block in blocks]
        assert all(s.count((3, 3)) == convolutions and s.count((1, 1)) == 1 for s in sizes)

    def test_an_encoder_block_of_equal_widths_has_an_identity_shortcut(self) -> None:
        net = build("attention_unet_plus_plus_v3", width=2, in_channels=2)
        assert isinstance(net.encoder[0].shortcut, nn.Identity)

    def test_bfloat16_in_channels_last_gives_nearly_the_same(self, image: torch.Tensor) -> None:
        torch.manual_seed(0)
        net = build("attention_unet_plus_plus_v2", width=8).eval()
        with torch.no_grad():
            exact = net(image)
            fast = net.to(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                rough = fast(image.contiguous(memory_format=torch.channels_last)).float()
        assert (rough - exact).abs().max() < 0.05 * exact.abs().max()


class TestOthers:
    def test_the_u_net_takes_its_skips_after_the_relu(self, image: torch.Tensor) -> None:
        net = build("mini_unet", width=2).eval()
        with torch.no_grad():
            skip, smaller = net.encoder[0](image)
        assert (skip >= 0).all()
        assert smaller.shape[-2:] == (16, 24)

    def test_one_token_makes_queries_and_keys_of_transunet_idle(self) -> None:
        torch.manual_seed(0)
        net = build("transunet", width=1).eval()
        image = torch.rand(1, 1, 128, 128)
        with torch.no_grad():
            before = net(image)
            for layer in net.transformer.layers:
                layer.self_attn.in_proj_weight[: 2 * 512].normal_()
            torch.testing.assert_close(net(image), before)

    def test_the_mobilenet_stem_starts_as_the_mean_of_rgb_kernels(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from torchvision.models import mobilenet_v2

        from ctviewer.networks import deeplab

        rgb = mobilenet_v2(weights=None)
        kernels = rgb.features[0][0].weight.detach().clone()
        monkeypatch.setattr(deeplab, "mobilenet_v2", lambda weights: rgb)
        net = deeplab.deeplab_mobilenet()
        assert torch.allclose(net.low[0][0].weight, kernels.mean(dim=1, keepdim=True))

    def test_the_ubc_decoder_levels_have_the_printed_counts(self) -> None:
        net = build("ubc_resnet34")
        levels = [sum(p.numel() for p in level.parameters()) for level in net.decoder]
        assert levels == [2360320, 590336, 147712, 46208, 6976]
        assert sum(p.numel() for p in net.encoder.parameters()) == 21278400
        assert sum(p.numel() for p in net.mask_head.parameters()) == 145

    def test_both_versions_of_eight_model_share_their_weights(self) -> None:
        notebook, web = build("eight_model").eval(), build("eight_model_web").eval()
        web.load_state_dict(notebook.state_dict(), strict=True)
        image = torch.rand(2, 1, 60, 60)
        with torch.no_grad():
            assert torch.equal(notebook(image), web(image))
        web.train()
        assert web.blocks[0].dropout.p == 0.2
