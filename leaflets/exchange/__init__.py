"""Catalogs in the forms that others work with: XLIFF, for translation agencies. Texts in, texts out; files are opened by the commands."""
