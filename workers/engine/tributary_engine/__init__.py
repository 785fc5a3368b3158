"""The engine: serves a base model with many LoRA adapters, trains them, and says whose data spoke."""
