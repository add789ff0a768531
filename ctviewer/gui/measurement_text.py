"""Words and numbers of measurements as the reader sees them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ctviewer.domain.measurement import Measurement, MeasurementKind, MeasurementRole
from ctviewer.domain.measurement_values import Quantity, QuantityName, quantity
from ctviewer.gui.sentences import unit
from ctviewer.gui.translation import QT_TRANSLATE_NOOP

_KINDS = {
    MeasurementKind.LENGTH: QT_TRANSLATE_NOOP("Measurements", "Length"),
    MeasurementKind.ANGLE: QT_TRANSLATE_NOOP("Measurements", "Angle"),
    MeasurementKind.BIDIRECTIONAL: QT_TRANSLATE_NOOP("Measurements", "Two diameters"),
    MeasurementKind.ELLIPSE: QT_TRANSLATE_NOOP("Measurements", "Ellipse"),
    MeasurementKind.POLYGON: QT_TRANSLATE_NOOP("Measurements", "Polygon"),
    MeasurementKind.PROBE: QT_TRANSLATE_NOOP("Measurements", "Value"),
    MeasurementKind.RATIO: QT_TRANSLATE_NOOP("Measurements", "PA : aorta"),
}
_ROLES = {
    MeasurementRole.TRUNK_TO_AORTA: QT_TRANSLATE_NOOP("Measurements", "Trunk : aorta"),
    MeasurementRole.RIGHT_PULMONARY_ARTERY: QT_TRANSLATE_NOOP("Measurements", "Right pulmonary artery"),
    MeasurementRole.LEFT_PULMONARY_ARTERY: QT_TRANSLATE_NOOP("Measurements", "Left pulmonary artery"),
    MeasurementRole.VENTRICLES: QT_TRANSLATE_NOOP("Measurements", "Right : left ventricle"),
}
MINUS = "−"


def shown_name(measurement: Measurement) -> str:
    """The name a user gave, or what it is with its number."""
    if measurement.name:
        return measurement.name
    if measurement.role in _ROLES:
        return _words(_ROLES[measurement.role])
    return f"{_words(_KINDS[measurement.kind])} {measurement.number}"


def short_value(measurement: Measurement, values: tuple[Quantity, ...]) -> str:
    """The values on one line; a dash where there are none."""
    if not values:
        return "–"
    first = values[0]
    if measurement.kind is MeasurementKind.BIDIRECTIONAL:
        return f"{values[0].value:.1f} × {values[1].value:.1f} {unit('mm')}"
    if first.name is QuantityName.MEAN:
        return f"{number(first.value)} ± {number(quantity(values, QuantityName.SD) or 0.0)} HU"
    if first.name is QuantityName.RATIO:
        return f"{first.value:.2f}"
    return with_unit(first)


def label_lines(measurement: Measurement, values: tuple[Quantity, ...]) -> tuple[str, ...]:
    """What is written beside a measurement on the slice."""
    name = (measurement.name,) if measurement.name else ()
    if not values:
        return (*name, _no_value(measurement))
    lines = [short_value(measurement, values)]
    by_name = {q.name: q for q in values}
    if measurement.kind is MeasurementKind.RATIO and QuantityName.RATIO in by_name:
        first, second = by_name[QuantityName.FIRST], by_name[QuantityName.SECOND]
        lines = [f"{first.value:.1f} : {second.value:.1f} {unit('mm')} = {lines[0]}"]
    if QuantityName.MEAN in by_name:
        low, high = by_name[QuantityName.MINIMUM], by_name[QuantityName.MAXIMUM]
        lines += [f"{number(low.value)} … {number(high.value)} HU", with_unit(by_name[QuantityName.AREA])]
    return (*name, *lines)


def caliper_names(measurement: Measurement) -> tuple[str, ...]:
    """Short names of the two lines of a ratio; empty for other kinds."""
    if measurement.kind is not MeasurementKind.RATIO:
        return ()
    if measurement.role is MeasurementRole.VENTRICLES:
        return (_words(QT_TRANSLATE_NOOP("Measurements", "RV")), _words(QT_TRANSLATE_NOOP("Measurements", "LV")))
    return (_words(QT_TRANSLATE_NOOP("Measurements", "PA")), _words(QT_TRANSLATE_NOOP("Measurements", "Ao")))


def details(measurement: Measurement, values: tuple[Quantity, ...]) -> str:
    """All values, one a line, for a tool tip."""
    lines = [f"{_words(_QUANTITIES[q.name])}: {with_unit(q)}" for q in values]
    return "\n".join([shown_name(measurement), *(lines or [_no_value(measurement)])])


def with_unit(value: Quantity) -> str:
    """One value with its unit."""
    if value.unit == "°":
        return f"{value.value:.1f}°"
    digits = 1 if value.unit == "mm" else 2 if value.name is QuantityName.RATIO else 0
    return f"{number(value.value, digits)} {unit(value.unit)}".strip()


def number(value: float, digits: int = 0) -> str:
    """A number with a real minus sign and no negative zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", MINUS)


_QUANTITIES = {
    QuantityName.LENGTH: QT_TRANSLATE_NOOP("Measurements", "Length"),
    QuantityName.ANGLE: QT_TRANSLATE_NOOP("Measurements", "Angle"),
    QuantityName.LONG_AXIS: QT_TRANSLATE_NOOP("Measurements", "Long diameter"),
    QuantityName.SHORT_AXIS: QT_TRANSLATE_NOOP("Measurements", "Short diameter"),
    QuantityName.FIRST: QT_TRANSLATE_NOOP("Measurements", "First caliper"),
    QuantityName.SECOND: QT_TRANSLATE_NOOP("Measurements", "Second caliper"),
    QuantityName.RATIO: QT_TRANSLATE_NOOP("Measurements", "Ratio"),
    QuantityName.AREA: QT_TRANSLATE_NOOP("Measurements", "Area"),
    QuantityName.MEAN: QT_TRANSLATE_NOOP("Measurements", "Mean"),
    QuantityName.SD: QT_TRANSLATE_NOOP("Measurements", "Standard deviation"),
    QuantityName.MINIMUM: QT_TRANSLATE_NOOP("Measurements", "Minimum"),
    QuantityName.MAXIMUM: QT_TRANSLATE_NOOP("Measurements", "Maximum"),
    QuantityName.VALUE: QT_TRANSLATE_NOOP("Measurements", "Value"),
    QuantityName.VOXELS: QT_TRANSLATE_NOOP("Measurements", "Voxels"),
}


def _no_value(measurement: Measurement) -> str:
    if measurement.kind is MeasurementKind.POLYGON:
        return _words(QT_TRANSLATE_NOOP("Measurements", "outline crosses itself"))
    return _words(QT_TRANSLATE_NOOP("Measurements", "no data here"))


def _words(text: str) -> str:
    return QCoreApplication.translate("Measurements", text)
