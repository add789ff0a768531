"""Values and rules of the field. No Qt, torch, SimpleITK or pydicom."""
