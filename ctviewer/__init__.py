"""Desktop CT viewer: segment lungs and trachea, correct, classify pulmonary hypertension, retrain locally."""
