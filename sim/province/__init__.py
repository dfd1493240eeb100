"""The same reforms over many offices: one sum, and which offices gain most."""
