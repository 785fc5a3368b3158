import hashlib

import pytest

from .hashes import adapter_descriptor, bare_hash, base_descriptor, canonical_json


def test_descriptors_are_canonical_json():
    config = {"r": 8, "alpha": 16, "targets": ["q_proj", "v_proj"], "layers": [0, 1], "dropout": 0}
    assert adapter_descriptor("aa" * 32, config, "bb" * 32).decode() == (
        f'{{"base":"{"aa" * 32}","config":{{"alpha":16,"dropout":0,"layers":[0,1],"r":8,'
        f'"targets":["q_proj","v_proj"]}},"weights":"{"bb" * 32}"}}'
    )
    assert base_descriptor("01" * 32, "02" * 32, "03" * 32).decode() == (
        f'{{"template":"{"03" * 32}","tokenizer":"{"02" * 32}","weights":"{"01" * 32}"}}'
    )


def test_floats_have_no_place_in_identities():
    with pytest.raises(TypeError):
        canonical_json({"a": [1, 0.5]})


def test_hashes_are_read_in_each_usual_form():
    digest = hashlib.sha256(b"x").hexdigest()
    assert {bare_hash(form + digest) for form in ("", "0x", "sha256:")} == {digest}
    assert bare_hash(digest[:-1]) is None and bare_hash("sha256:xyz") is None
