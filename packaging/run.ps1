# Sets everything up (once) and opens ctviewer: on the demo study, or on PATH.
#   .\packaging\run.ps1 [PATH]
$start = Get-Location
Set-Location (Join-Path $PSScriptRoot "..")
. (Join-Path $PSScriptRoot "setup.ps1")

Install-Environment "."
$program = Get-VenvTool "ctviewer"
Set-Location $start
if ($args.Count -gt 0) { & $program @args } else { & $program --demo }
exit $LASTEXITCODE
