"""Select builders, one file per noun; statements are built once, values are bound."""
