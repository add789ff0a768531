"""Structures of the chest with their SNOMED CT codes, to choose from for a new segment.

Codes and meanings are those of DICOM PS3.16 where it has them (as listed in pydicom's code dictionary); pulmonary
emphysema is from SNOMED CT itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from ctviewer.domain.segment import LEFT, LUNG, RIGHT, TRACHEA_CODE, CodedConcept

_UPPER_LOBE = CodedConcept("45653009", "Upper lobe of lung")
_LOWER_LOBE = CodedConcept("90572001", "Lower lobe of lung")


@dataclass(frozen=True, slots=True)
class Term:
    """A name with its codes.

    Parameters
    ----------
    key
        Machine name.
    name
        English name of the segment.
    code, laterality
        SNOMED CT.
    """

    key: str
    name: str
    code: CodedConcept
    laterality: CodedConcept | None = None


TERMS: tuple[Term, ...] = (
    Term("pulmonary_nodule", "Pulmonary nodule", CodedConcept("27925004", "Nodule")),
    Term("pleural_effusion", "Pleural effusion", CodedConcept("60046008", "Pleural effusion")),
    Term("pneumothorax", "Pneumothorax", CodedConcept("36118008", "Pneumothorax")),
    Term("emphysema", "Emphysema", CodedConcept("87433001", "Pulmonary emphysema")),
    Term("right_upper_lobe", "Right upper lobe", _UPPER_LOBE, RIGHT),
    Term("right_middle_lobe", "Right middle lobe", CodedConcept("72481006", "Middle lobe of right lung")),
    Term("right_lower_lobe", "Right lower lobe", _LOWER_LOBE, RIGHT),
    Term("left_upper_lobe", "Left upper lobe", _UPPER_LOBE, LEFT),
    Term("left_lower_lobe", "Left lower lobe", _LOWER_LOBE, LEFT),
    Term("lung", "Lung", LUNG),
    Term("trachea", "Trachea", TRACHEA_CODE),
    Term("right_main_bronchus", "Right main bronchus", CodedConcept("70074004", "Right main bronchus")),
    Term("left_main_bronchus", "Left main bronchus", CodedConcept("75245000", "Left main bronchus")),
    Term("bronchus", "Bronchus", CodedConcept("955009", "Bronchus")),
    Term("pulmonary_trunk", "Pulmonary trunk", CodedConcept("45341000", "Pulmonary trunk")),
    Term("pulmonary_artery", "Pulmonary artery", CodedConcept("81040000", "Pulmonary artery")),
    Term("right_pulmonary_artery", "Right pulmonary artery", CodedConcept("78480002", "Right pulmonary artery")),
    Term("left_pulmonary_artery", "Left pulmonary artery", CodedConcept("50408007", "Left pulmonary artery")),
    Term("aorta", "Aorta", CodedConcept("15825003", "Aorta")),
    Term("ascending_aorta", "Ascending aorta", CodedConcept("54247002", "Ascending aorta")),
    Term("descending_aorta", "Descending aorta", CodedConcept("281130003", "Descending aorta")),
    Term("heart", "Heart", CodedConcept("80891009", "Heart")),
    Term("esophagus", "Esophagus", CodedConcept("32849002", "Esophagus")),
    Term("lymph_node", "Lymph node", CodedConcept("59441001", "Lymph node")),
    Term("mediastinum", "Mediastinum", CodedConcept("72410000", "Mediastinum")),
    Term("pleura", "Pleura", CodedConcept("3120008", "Pleura")),
    Term("vertebra", "Vertebra", CodedConcept("51282000", "Vertebra")),
    Term("rib", "Rib", CodedConcept("113197003", "Rib")),
    Term("chest_wall", "Chest wall", CodedConcept("78904004", "Chest wall")),
    Term("diaphragm", "Diaphragm", CodedConcept("5798000", "Diaphragm")),
    Term("liver", "Liver", CodedConcept("10200004", "Liver")),
)
