"""Scorers: models that give a picture one number, such as how pleasing or safe it is; plug-ins bring them."""
