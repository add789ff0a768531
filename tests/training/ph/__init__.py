"""Tests of the PH classifier training."""
