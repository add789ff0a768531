# Sets everything up (once) and runs all checks: ruff, mypy, import contracts, pytest (Qt offscreen).
#   .\packaging\test.ps1 [PYTEST ARGUMENTS]
Set-Location (Join-Path $PSScriptRoot "..")
. (Join-Path $PSScriptRoot "setup.ps1")

Install-Environment ".[dev]"
if (-not $env:QT_QPA_PLATFORM) { $env:QT_QPA_PLATFORM = "offscreen" }
$steps = @(
    @("ruff", "check", "."), @("ruff", "format", "--check", "."), @("mypy"), @("lint-imports"),
    (@("pytest", "-n", "2", "--dist", "loadfile") + $args)
)
foreach ($step in $steps) {
    $rest = @($step | Select-Object -Skip 1)
    & (Get-VenvTool $step[0]) @rest
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
