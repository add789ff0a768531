"""The model card of a PH classifier, written from measured figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctviewer.domain.manifest import Manifest
from training.ph.duplicates import SAME_PATIENT_CORRELATION

SOURCE = "PH-CT (turkertuncer/ph-ct-v1 on Kaggle), published for research; pictures are not redistributed"
CLASS_MEANINGS = ("mPAP ≤ 20 mmHg", "mPAP 20–25 mmHg", "mPAP 25–30 mmHg", "mPAP > 30 mmHg")


def card_text(
    manifest: Manifest,
    metrics: Mapping[str, Any],
    table: Sequence[Mapping[str, Any]],
    summary: Mapping[str, Any],
    compositions: Mapping[str, Any] | None = None,
) -> str:
    """Markdown card.

    Parameters
    ----------
    metrics
        As written by ``ph evaluate``; may be empty, which the card then says.
    table
        Rows of ``ph compare``.
    summary
        From `training.ph.listing.collection_summary`.
    compositions
        As written by ``ph candidates``.
    """
    parts = [
        f"# {manifest.name} ({manifest.ref})",
        _INTENT,
        _data(manifest, summary),
        _how(manifest),
        _figures(manifest, metrics),
        compositions_text(compositions or {}),
        _table(table),
        _LIMITS,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_INTENT = """**Research use only. Not a medical device, not for diagnosis.** Gives probabilities of four classes of
mean pulmonary artery pressure (mPAP, measured by catheter in the training data) from one axial, contrast-enhanced CT
slice at the level of the pulmonary trunk. A probability is a statement about pictures like those of one small
collection, not about a patient."""

_LIMITS = """## Known limits

- One collection, one picture style. There is no second collection to test on, so a shift of scanner, contrast protocol
  or population is not covered by any figure here.
- Controls and patients may differ in more than pressure: indication, contrast timing, age, body shape. The framing of
  the screen shots did differ and is cut away (see the row “framing”); differences inside the chest cannot be.
- Patients are estimated, not known. A patient whose pictures look unlike each other can still be on both sides.
- Pictures have no spacing. The network sees vessels relative to the width of the chest, not millimetres.
- Refused, with a reason, instead of classified: no Hounsfield units, fewer than 10 slices or more than 10 mm apart, no
  contrast medium between the lungs, chest cut off by the field of view, no lungs on the slice, level not in the scan.
"""


_NOT_MEASURED = """Not measured: EfficientNet-B0 and the main report's ensemble of 378 classifiers need ImageNet
weights, which were not at hand when this card was written (the 36 of its classifiers that use one vector were judged on
features of our own, by its own rules); SimpleCNN at 256 px was left out for its computing
time. The program has all of them (``python -m training ph evaluate``)."""


def _data(manifest: Manifest, summary: Mapping[str, Any]) -> str:
    rows = [
        f"| {name} | {meaning} | {count['pictures']} | {count['groups_in_file']} | {count['groups']} |"
        for name, meaning, count in zip(manifest.class_names, CLASS_MEANINGS, summary["classes"].values(), strict=True)
    ]
    excluded = "; ".join(f"{name}: {reason}" for name, reason in summary["excluded"].items()) or "none"
    return "\n".join(
        [
            "## Data",
            "",
            SOURCE + ".",
            "",
            "| class | meaning | pictures | estimated patients (file) | patients after merging look-alikes |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"Look-alikes (correlation of the thorax pictures ≥ {SAME_PATIENT_CORRELATION}) connect "
            f"{summary['alike_pairs_across_file_groups']} pairs that the file's estimate keeps apart; the highest "
            "value between pictures of different classes is 0.88. "
            f"Contradicting look-alikes: {len(summary['contradicting_pairs'])}. "
            f"Pictures with coloured marks filled: {len(summary['coloured_marks_filled'])}. Excluded: {excluded}.",
        ]
    )


def _how(manifest: Manifest) -> str:
    recipe = manifest.provenance["recipe"]
    network = recipe["network"]
    return f"""## How

The convex hull of the lungs is cut out of the mediastinal-window picture ({manifest.input.hu_low:.0f} to
{manifest.input.hu_high:.0f} HU) and everything outside is blackened, so couch, arms, breasts, frame and lettering are
gone; the rest is scaled to {manifest.input.size_px} px. Four kinds of voters look at it and each kind has one say:

1. {recipe["members"]} small residual networks on the whole thorax (reduced to {network["size_px"]} px);
2. {recipe["members"]} on the mediastinum alone at full resolution (the middle {network["size_px"]} px);
3. {recipe["members"]} like those, trained with the classes evened out (exponent {recipe["evenness"]:g}) and patients
   with many pictures held back, because the rare classes are otherwise hardly ever named;
4. a logistic regression on {recipe["components"]} principal components of what the encoder of
   {manifest.provenance["encoder"]} sees; that network learned from CT scans and never saw a pressure class.

Networks: {network["epochs"]} epochs, AdamW, soft targets that give a neighbouring class {network["softness"]:g} of the
weight, because pressure is a scale. Probabilities are averaged over five gentle views. Augmentation: rotation ≤
{network["rotation_degrees"]:g}°, scale, shift, window and noise; no flips. One temperature
({manifest.input.extra.get("temperature")}) sharpens or softens the result; it is fitted on pictures of patients the
networks did not see. The final weights are trained on all groups with the same settings."""


def _figures(manifest: Manifest, metrics: Mapping[str, Any]) -> str:
    if not metrics:
        return "## Held-out figures\n\nNot measured for this version."
    low, high = metrics["accuracy_wilson_95"]
    drawn = metrics["group_bootstrap_95"]
    lines = [
        "## Held-out figures",
        "",
        f"{metrics['title']}; {metrics['folds']}-fold cross-validation with patients kept apart, predictions pooled "
        f"over {metrics['pictures']} pictures of {metrics['patient_groups']} patient groups.",
        *(["", metrics["note"]] if "note" in metrics else []),
        "",
        "| figure | value | 95 % interval |",
        "|---|---|---|",
        f"| accuracy | {metrics['accuracy']:.3f} | Wilson {low:.3f}–{high:.3f}; patients drawn again "
        f"{_range(drawn['accuracy'])} |",
        f"| majority class alone | {metrics['majority_accuracy']:.3f} | |",
        f"| macro recall | {metrics['macro_recall']:.3f} | {_range(drawn['macro_recall'])} |",
        f"| quadratic-weighted kappa | {metrics['quadratic_kappa']:.3f} | {_range(drawn['quadratic_kappa'])} |",
        f"| PH yes/no, area under the curve | {metrics['ph_yes_no_auc']:.3f} | |",
        f"| mean one-vs-rest area under the curve | {metrics['macro_auc']:.3f} | |",
        f"| expected calibration error | {metrics['calibration_error']:.3f} | before temperature "
        f"{metrics.get('uncalibrated', {}).get('calibration_error', float('nan')):.3f} |",
        f"| log loss | {metrics['log_loss']:.3f} | |",
        "",
        "| class | recall | precision | F1 | specificity | one-vs-rest AUC | predicted as each class |",
        "|---|---|---|---|---|---|---|",
    ]
    for c, name in enumerate(manifest.class_names):
        counts = " / ".join(str(n) for n in metrics["confusion"][c])
        recall, precision = metrics["recall"][c], metrics["precision"][c]
        lines.append(
            f"| {name} | {recall:.2f} | {precision:.2f} | {metrics['f1'][c]:.2f} | {metrics['specificity'][c]:.2f} | "
            f"{metrics['one_vs_rest_auc'][c]:.2f} | {counts} |"
        )
    lines += [
        "",
        "Reliability: of the pictures whose class was given with about this probability, so many were right.",
        "",
        "| said | " + " | ".join(f"{point['said']:.2f}" for point in metrics["reliability"]) + " |",
        "|---|" + "---|" * len(metrics["reliability"]),
        "| right | " + " | ".join(f"{point['right']:.2f}" for point in metrics["reliability"]) + " |",
        "| pictures | " + " | ".join(str(point["pictures"]) for point in metrics["reliability"]) + " |",
    ]
    return "\n".join(lines)


def _range(interval: Sequence[float]) -> str:
    return f"{interval[0]:.3f}–{interval[1]:.3f}"


def compositions_text(found: Mapping[str, Any]) -> str:
    """Section on other compositions from the JSON of ``ph candidates``; empty without one."""
    if not found:
        return ""
    deals, count = len(found["deals"]), found["members"]
    nets = "one network" if count == 1 else f"{count} networks"
    lines = [
        "## Other compositions",
        "",
        f"Which ones to compare was fixed before any was looked at. All average the same held-out predictions ({nets} "
        f"of each kind, {found['folds']} folds, patients kept apart), with a temperature per fold from the held-out "
        f"predictions of the other folds. Means over {deals} deals of the patients to folds. Below each figure is the "
        "difference from the committee with its 95 % interval (the same patients drawn again for both): where it "
        "holds 0, these patients cannot tell the two apart. "
        "Command: `python -m training ph candidates --data PH_CT --cache DIR`.",
        "",
        "| composition | accuracy | macro recall | quadratic kappa | log loss | PH yes/no area |",
        "|---|---|---|---|---|---|",
    ]
    keys = ("accuracy", "macro_recall", "quadratic_kappa", "log_loss", "ph_yes_no_auc")
    for row in found["candidates"]:
        cells = [f"{row[key]:.3f}{_difference(row, key)}" for key in keys]
        lines.append(f"| {row['title']} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", found["note"]] if "note" in found else lines)


def _difference(row: Mapping[str, Any], key: str) -> str:
    if "difference" not in row:
        return ""
    low, high = row["difference_95"][key]
    if low == high == 0:  # the same probabilities
        return ""
    return f"<br>{_signed(row['difference'][key])} ({_signed(low)} to {_signed(high)})"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _table(table: Sequence[Mapping[str, Any]]) -> str:
    if not table:
        return ""
    protocols = list(dict.fromkeys(row["protocol"] for row in table))
    lines = [
        "## What leakage is worth",
        "",
        "Accuracy / quadratic kappa / PH yes-no AUC of every method. “nested”: patients apart, everything chosen "
        "inside the training part; the only honest column. “grouped”: patients apart, but an ensemble is chosen on the "
        "scored fold. “pictures”: split at random, so patients leak. “report-optimistic”: both leaks, the main "
        "report's rule.",
        "",
        "| method | " + " | ".join(protocols) + " |",
        "|---|" + "---|" * len(protocols),
    ]
    for name in dict.fromkeys(row["method"] for row in table):
        own = {row["protocol"]: row for row in table if row["method"] == name}
        cells = [
            f"{own[p]['accuracy']:.3f} / {own[p]['quadratic_kappa']:.2f} / {own[p]['ph_yes_no_auc']:.2f}"
            if p in own
            else "not run"
            for p in protocols
        ]
        title = next(iter(own.values()))["title"]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", _NOT_MEASURED])
