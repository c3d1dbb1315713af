"""The screen «Потребление»: volumes by service and house, readings, outliers."""
