// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleSum} from "../../src/libraries/MerkleSum.sol";

/// @notice The protocol's hashes and divisions a second time, written from their definitions, so that
/// the TypeScript ones can be compared with them. Only tests use it.
contract ProtocolHarness {
    struct Receipt {
        bytes32 requestId;
        uint64 inferenceNo;
        uint64 modelId;
        bytes32 adapterHash;
        uint64 payerId;
        uint128 fee;
        uint32 tokensIn;
        uint32 tokensOut;
        uint32 paramsVersion;
        bytes32 snapshotsRoot;
        bytes32 promptHash;
        bytes32 answerHash;
        bytes32 evidenceRoot;
        bytes32 vectorRoot;
        uint64 issuedAt;
    }

    struct Entry {
        uint64 accountId;
        uint64 clusterId;
        uint32 ppm;
    }

    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(bytes32 requestId,uint64 inferenceNo,uint64 modelId,bytes32 adapterHash,uint64 payerId,uint128 fee,uint32 tokensIn,uint32 tokensOut,uint32 paramsVersion,bytes32 snapshotsRoot,bytes32 promptHash,bytes32 answerHash,bytes32 evidenceRoot,bytes32 vectorRoot,uint64 issuedAt)"
    );

    /// @notice keccak256(0x00 ‖ keccak256(salt ‖ recordId) ‖ u32 byteLength).
    function recordLeaf(bytes32 salt, bytes32 recordId, uint32 byteLength) external pure returns (bytes32) {
        bytes32 commitment = keccak256(abi.encodePacked(salt, recordId));
        return keccak256(abi.encodePacked(bytes1(0x00), commitment, byteLength));
    }

    /// @notice Root over leaves; an odd node moves up.
    function merkleRoot(bytes32[] memory level) public pure returns (bytes32) {
        if (level.length == 0) return 0;
        uint256 width = level.length;
        while (width > 1) {
            uint256 above = 0;
            for (uint256 i = 0; i + 1 < width; i += 2) {
                level[above++] = keccak256(abi.encodePacked(bytes1(0x01), level[i], level[i + 1]));
            }
            if (width % 2 == 1) level[above++] = level[width - 1];
            width = above;
        }
        return level[0];
    }

    /// @notice Whether a leaf stands at an index under a root; climbs as a verifier would.
    function verifyMerkle(bytes32 leaf, uint256 index, uint256 count, bytes32[] calldata proof, bytes32 root)
        external
        pure
        returns (bool)
    {
        if (index >= count) return false;
        uint256 used = 0;
        while (count > 1) {
            if (index % 2 == 1) {
                if (used == proof.length) return false;
                leaf = keccak256(abi.encodePacked(bytes1(0x01), proof[used++], leaf));
            } else if (index + 1 < count) {
                if (used == proof.length) return false;
                leaf = keccak256(abi.encodePacked(bytes1(0x01), leaf, proof[used++]));
            }
            index /= 2;
            count = (count + 1) / 2;
        }
        return used == proof.length && leaf == root;
    }

    /// @notice Root of the Merkle-sum tree over dense leaves, whose count is a power of two.
    function sumRoot(uint128[] calldata cumulative) external pure returns (MerkleSum.Node memory) {
        MerkleSum.Node[] memory level = new MerkleSum.Node[](cumulative.length);
        for (uint64 id = 0; id < cumulative.length; ++id) {
            level[id] = MerkleSum.Node({hash: MerkleSum.leafHash(id, cumulative[id]), sum: cumulative[id]});
        }
        for (uint256 width = level.length; width > 1; width /= 2) {
            for (uint256 i = 0; i < width / 2; ++i) {
                level[i] = MerkleSum.Node({
                    hash: MerkleSum.nodeHash(level[2 * i], level[2 * i + 1]),
                    sum: level[2 * i].sum + level[2 * i + 1].sum
                });
            }
        }
        return level[0];
    }

    /// @notice What the settlement computes from a claim.
    function sumClimb(uint8 depth, uint64 id, uint128 cumulative, MerkleSum.Node[] calldata proof)
        external
        pure
        returns (MerkleSum.Node memory)
    {
        return MerkleSum.climb(depth, id, cumulative, proof);
    }

    /// @notice keccak256(abi.encode(TYPEHASH, fields in order)).
    function receiptLeaf(Receipt calldata receipt) external pure returns (bytes32) {
        return keccak256(bytes.concat(RECEIPT_TYPEHASH, abi.encode(receipt)));
    }

    /// @notice Root over keccak256(0x00 ‖ u64 account ‖ u64 cluster ‖ u32 ppm ‖ u32 prefix).
    function vectorRoot(Entry[] calldata entries) external pure returns (bytes32) {
        bytes32[] memory leaves = new bytes32[](entries.length);
        uint32 prefix = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry calldata entry = entries[i];
            leaves[i] = keccak256(
                abi.encodePacked(bytes1(0x00), entry.accountId, entry.clusterId, entry.ppm, prefix)
            );
            prefix += entry.ppm;
        }
        return merkleRoot(leaves);
    }

    /// @notice floor(P·S_k/1e6) − floor(P·S_{k−1}/1e6) for every entry.
    function splitPool(uint128 pool, uint32[] calldata ppm) external pure returns (uint256[] memory parts) {
        parts = new uint256[](ppm.length);
        uint256 prefix = 0;
        for (uint256 i = 0; i < ppm.length; ++i) {
            uint256 before = (uint256(pool) * prefix) / 1_000_000;
            prefix += ppm[i];
            parts[i] = (uint256(pool) * prefix) / 1_000_000 - before;
        }
    }

    /// @notice Fee of an answer: rates are wei per 1000 tokens, the sum is rounded up.
    function fee(uint32 tokensIn, uint32 tokensOut, uint96 rateIn, uint96 rateOut)
        external
        pure
        returns (uint256)
    {
        uint256 milli = uint256(tokensIn) * rateIn + uint256(tokensOut) * rateOut;
        return milli / 1_000 + (milli % 1_000 == 0 ? 0 : 1);
    }
}
