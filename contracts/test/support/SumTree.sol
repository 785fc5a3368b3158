// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleSum} from "../../src/libraries/MerkleSum.sol";

/// @notice Whole Merkle-sum trees, built level by level as an aggregator would.
library SumTree {
    /// @param levels All nodes, leaves first.
    struct Tree {
        MerkleSum.Node[][] levels;
    }

    /// @param cumulative Leaves by account number; missing ones up to the next power of two are 0.
    function build(uint128[] memory cumulative) internal pure returns (Tree memory tree) {
        uint8 depth = 1;
        while (uint256(1) << depth < cumulative.length) ++depth;
        tree.levels = new MerkleSum.Node[][](depth + 1);
        tree.levels[0] = new MerkleSum.Node[](uint256(1) << depth);
        for (uint64 id = 0; id < tree.levels[0].length; ++id) {
            uint128 value = id < cumulative.length ? cumulative[id] : 0;
            tree.levels[0][id] = MerkleSum.Node({hash: MerkleSum.leafHash(id, value), sum: value});
        }
        for (uint256 level = 1; level <= depth; ++level) {
            MerkleSum.Node[] memory below = tree.levels[level - 1];
            tree.levels[level] = new MerkleSum.Node[](below.length / 2);
            for (uint256 place = 0; place < below.length / 2; ++place) {
                tree.levels[level][place] = MerkleSum.Node({
                    hash: MerkleSum.nodeHash(below[2 * place], below[2 * place + 1]),
                    sum: below[2 * place].sum + below[2 * place + 1].sum
                });
            }
        }
    }

    function root(Tree memory tree) internal pure returns (MerkleSum.Node memory) {
        return tree.levels[tree.levels.length - 1][0];
    }

    function depthOf(Tree memory tree) internal pure returns (uint8) {
        return uint8(tree.levels.length - 1);
    }

    function proof(Tree memory tree, uint64 id) internal pure returns (MerkleSum.Node[] memory neighbours) {
        neighbours = new MerkleSum.Node[](tree.levels.length - 1);
        for (uint256 level = 0; level < neighbours.length; ++level) {
            neighbours[level] = tree.levels[level][(id >> level) ^ 1];
        }
    }
}
