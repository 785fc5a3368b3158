// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleSum} from "../src/libraries/MerkleSum.sol";
import {Check} from "./support/Check.sol";
import {SumTree} from "./support/SumTree.sol";
import {vm} from "./support/Vm.sol";

contract MerkleSumTest {
    using SumTree for SumTree.Tree;

    function climb(uint8 depth, uint64 id, uint128 cumulative, MerkleSum.Node[] calldata proof)
        external
        pure
        returns (MerkleSum.Node memory)
    {
        return MerkleSum.climb(depth, id, cumulative, proof);
    }

    function testFuzz_everyLeafLeadsToTheRoot(uint96[9] memory values, uint8 pick) public view {
        SumTree.Tree memory tree = _tree(values);
        uint64 id = uint64(pick) % 16;
        uint128 value = id < 9 ? values[id] : 0;
        MerkleSum.Node memory root = this.climb(tree.depthOf(), id, value, tree.proof(id));
        Check.eq(root.hash, tree.root().hash, "hash");
        Check.eq(root.sum, tree.root().sum, "sum");
    }

    function testFuzz_anotherValueLeadsElsewhere(uint96[9] memory values, uint8 pick, uint128 forged)
        public
        view
    {
        SumTree.Tree memory tree = _tree(values);
        uint64 id = uint64(pick) % 9;
        vm.assume(forged != values[id] && forged < type(uint128).max / 2);
        MerkleSum.Node memory root = this.climb(tree.depthOf(), id, forged, tree.proof(id));
        require(root.hash != tree.root().hash, "a forged leaf led to the root");
    }

    /// Where a node hashes only the total of its children, a poster can tell each of them that the
    /// other one has less, and pay both under a sum that covers one of them.
    function testFuzz_siblingsCannotHideEachOther(uint96 one, uint96 other, uint96 hidden) public view {
        vm.assume(one > 0 && other > 0);
        hidden = 1 + hidden % (one < other ? one : other);
        MerkleSum.Node[] memory toOne = new MerkleSum.Node[](1);
        toOne[0] = MerkleSum.Node({hash: MerkleSum.leafHash(1, other), sum: other - hidden});
        MerkleSum.Node[] memory toOther = new MerkleSum.Node[](1);
        toOther[0] = MerkleSum.Node({hash: MerkleSum.leafHash(0, one), sum: one - hidden});
        MerkleSum.Node memory seenByOne = this.climb(1, 0, one, toOne);
        MerkleSum.Node memory seenByOther = this.climb(1, 1, other, toOther);
        Check.eq(seenByOne.sum, seenByOther.sum, "sum");
        require(seenByOne.hash != seenByOther.hash, "one root paid more than its sum");
    }

    function test_proofLongerOrShorterThanTheTree() public {
        uint96[9] memory values;
        SumTree.Tree memory tree = _tree(values);
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.WrongProofLength.selector, 3, 4));
        this.climb(4, 0, 0, new MerkleSum.Node[](3));
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.WrongProofLength.selector, 5, 4));
        this.climb(4, 0, 0, new MerkleSum.Node[](5));
        // An inner node given out as a leaf one level higher does not fit either.
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.WrongProofLength.selector, 4, 3));
        this.climb(3, 0, 0, tree.proof(0));
    }

    /// Numbers that agree in the tree's bits but not above must not share a leaf's place.
    function testFuzz_numberBeyondTheTree(uint96[9] memory values, uint64 id) public {
        SumTree.Tree memory tree = _tree(values);
        vm.assume(id >= 16);
        MerkleSum.Node[] memory proof = tree.proof(id % 16);
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.IdOutOfTree.selector, id, 4));
        this.climb(4, id, 0, proof);
    }

    function test_sumsThatOverflow() public {
        MerkleSum.Node[] memory proof = new MerkleSum.Node[](1);
        proof[0].sum = type(uint128).max;
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.SumOverflow.selector, 0));
        this.climb(1, 0, 1, proof);
    }

    function test_leafIsNoNode() public pure {
        // A leaf's preimage has 25 bytes that begin with 0, a node's 97 that begin with 1.
        MerkleSum.Node memory empty;
        require(MerkleSum.leafHash(0, 0) != MerkleSum.nodeHash(empty, empty), "leaf and node agree");
    }

    function _tree(uint96[9] memory values) private pure returns (SumTree.Tree memory) {
        uint128[] memory cumulative = new uint128[](9);
        for (uint256 i = 0; i < 9; ++i) {
            cumulative[i] = values[i];
        }
        return SumTree.build(cumulative);
    }
}
