"""What a window hears of a job."""


def heard(handle):
    log = []
    handle.succeeded.connect(lambda value: log.append(("succeeded", value)))
    handle.failed.connect(lambda error: log.append(("failed", error)))
    handle.cancelled.connect(lambda: log.append(("cancelled",)))
    handle.ended.connect(lambda: log.append(("ended",)))
    return log
