"""Foreign formats: DICOM, NIfTI, NRRD, MetaImage. The only place that knows them."""
