"""The engine: serves a base with many LoRA adapters, trains them, and says whose data spoke."""
