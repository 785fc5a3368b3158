// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Emits transfers between accounts that a seed picks, which is all that an indexer sees of a token.
contract Token {
    event Transfer(address indexed from, address indexed to, uint256 value);

    function move(uint256 seed, uint256 count, uint256 accounts) external {
        for (uint256 i = 0; i < count; i++) {
            seed = uint256(keccak256(abi.encode(seed)));
            emit Transfer(
                account((seed >> 64) % accounts), account((seed >> 128) % accounts), uint64(seed)
            );
        }
    }

    function account(uint256 index) public pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encode(index)))));
    }
}
