// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title MerkleSum
/// @notice Merkle tree whose every node carries the sum of the leaves below it. A leaf is found at
/// its dense number, so that leaving somebody out, or in twice, can be proved.
/// @dev leaf = keccak256(0x00 ‖ u64 id ‖ u128 cumulative);
/// node = keccak256(0x01 ‖ left hash ‖ u128 left sum ‖ right hash ‖ u128 right sum).
/// Both sums of the children are hashed: their total alone would let a prover move value between
/// them (the break of the original Maxwell trees).
library MerkleSum {
    /// @param hash Hash of the neighbour on the way up.
    /// @param sum Sum of the leaves below it.
    struct Node {
        bytes32 hash;
        uint128 sum;
    }

    /// @notice The number does not fit into a tree of this depth.
    error IdOutOfTree(uint64 id, uint8 depth);
    /// @notice A proof has one neighbour for each level of the tree.
    error WrongProofLength(uint256 length, uint8 depth);
    /// @notice The sums on the way up are more than any tree may hold.
    error SumOverflow(uint64 id);

    /// @notice Hash of a leaf.
    function leafHash(uint64 id, uint128 cumulative) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0x00), id, cumulative));
    }

    /// @notice Hash of an inner node.
    function nodeHash(Node memory left, Node memory right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(bytes1(0x01), left.hash, left.sum, right.hash, right.sum));
    }

    /// @notice Climbs from a leaf to the root.
    /// @param depth Depth of the tree; leaves have the numbers 0 to 2^depth - 1.
    /// @param id Number of the leaf.
    /// @param cumulative What the leaf says.
    /// @param proof The neighbours, from the leaf upwards.
    /// @return root Hash and sum that the proof leads to.
    function climb(uint8 depth, uint64 id, uint128 cumulative, Node[] calldata proof)
        internal
        pure
        returns (Node memory root)
    {
        if (proof.length != depth) revert WrongProofLength(proof.length, depth);
        if (depth < 64 && id >> depth != 0) revert IdOutOfTree(id, depth);
        root = Node({hash: leafHash(id, cumulative), sum: cumulative});
        for (uint256 level = 0; level < depth; ++level) {
            Node memory neighbour = proof[level];
            uint256 sum = uint256(root.sum) + neighbour.sum;
            if (sum > type(uint128).max) revert SumOverflow(id);
            bytes32 hash = (id >> level) & 1 == 0 ? nodeHash(root, neighbour) : nodeHash(neighbour, root);
            root = Node({hash: hash, sum: uint128(sum)});
        }
    }
}
