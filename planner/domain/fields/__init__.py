"""Custom fields: what each kind holds, and the typed formula language over them."""
