"""The page by ear: ``Reader`` says it, through a ``Voice``. ``making`` joins the two."""
