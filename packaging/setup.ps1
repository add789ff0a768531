# Set-up shared by packaging/run.ps1 and packaging/test.ps1; dot-sourced, not run. The same steps as setup.sh.
# Windows brings OpenGL and the libraries Qt needs, so there is no step for system libraries.

$ErrorActionPreference = "Stop"
if (-not $env:CTVIEWER_VENV) { $env:CTVIEWER_VENV = ".venv" }

function Say([string]$Text) { [Console]::Error.WriteLine("ctviewer set-up: $Text") }

function Find-Python {
    $candidates = @(
        @("py", "-3.11"), @("py", "-3.12"), @("py", "-3.13"), @("py", "-3"),
        @("python3.11"), @("python3"), @("python")
    )
    foreach ($candidate in $candidates) {
        if (-not (Get-Command $candidate[0] -ErrorAction SilentlyContinue)) { continue }
        $rest = @($candidate | Select-Object -Skip 1)
        & $candidate[0] @rest -c "import sys; raise SystemExit(sys.version_info < (3, 11))" 2>$null
        if ($LASTEXITCODE -eq 0) { return , $candidate }
    }
    return $null
}

function Get-VenvTool([string]$Name) {
    foreach ($relative in @("Scripts\$Name.exe", "bin/$Name")) {
        $path = Join-Path $env:CTVIEWER_VENV $relative
        if (Test-Path $path) { return (Resolve-Path $path).Path }
    }
    return $null
}

function Install-Environment([string]$Spec) {
    $python = Get-VenvTool "python"
    if ($python) {
        & $python -c "import pip" 2>$null
        if ($LASTEXITCODE -ne 0) { $python = $null }
    }
    if (-not $python) {
        if (Test-Path $env:CTVIEWER_VENV) {
            if ((Get-ChildItem -Force $env:CTVIEWER_VENV) -and -not (Test-Path (Join-Path $env:CTVIEWER_VENV "pyvenv.cfg"))) {
                Say "$($env:CTVIEWER_VENV) is no virtual environment and is left as it is. Name another folder in CTVIEWER_VENV."
                exit 1
            }
            Say "$($env:CTVIEWER_VENV) does not work any more, or has no pip; making a new one"
            Remove-Item -Recurse -Force $env:CTVIEWER_VENV
        }
        $found = Find-Python
        if (-not $found) {
            Say "Python 3.11 or newer is needed and was not found. Install it from https://www.python.org/downloads/"
            exit 1
        }
        Say "making a virtual environment in $($env:CTVIEWER_VENV)"
        $rest = @($found | Select-Object -Skip 1)
        & $found[0] @rest -m venv $env:CTVIEWER_VENV
        if ($LASTEXITCODE -ne 0) { exit 1 }
        $python = Get-VenvTool "python"
    }
    $stamp = Join-Path $env:CTVIEWER_VENV ".ctviewer-installed"
    $wanted = & $python -c "import hashlib, os, sys; print(hashlib.sha256(open('pyproject.toml', 'rb').read() + os.getcwd().encode() + sys.version.encode()).hexdigest())"
    if (Test-Path $stamp) {
        $have = Get-Content -Raw $stamp
        # What the tests installed is enough to run the program.
        if ($have -eq "$wanted $Spec" -or $have -eq "$wanted .[dev]") { return }
    }
    Say "installing Python packages (the first time this downloads some gigabytes and takes minutes)"
    & $python -m pip install --quiet --disable-pip-version-check -e $Spec
    if ($LASTEXITCODE -ne 0) { exit 1 }
    Set-Content -NoNewline -Path $stamp -Value "$wanted $Spec"
}
