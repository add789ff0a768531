"""Turn foreign data sets into training cases."""
