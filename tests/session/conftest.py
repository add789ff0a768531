import pytest

from ctviewer.jobs.runner import JobRunner
from ctviewer.session.workspace import Workspace
from tests.support.volumes import volume


@pytest.fixture
def workspace(qapp):
    """A workspace without a store, with a small scan open."""
    runner = JobRunner()
    made = Workspace(runner, None, runner)
    made.show_volume(volume())
    yield made
    made.shutdown()
    runner.shutdown()
    runner.deleteLater()  # with all it owns, now and not when Python collects its garbage
