// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

import {AccountRegistry} from "../../src/AccountRegistry.sol";
import {AttributionSettlement, IParamVersions} from "../../src/AttributionSettlement.sol";
import {DatanetRegistry} from "../../src/DatanetRegistry.sol";
import {GOpen} from "../../src/GOpen.sol";
import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {OpenGovernor} from "../../src/OpenGovernor.sol";
import {IEpochClock, ParamRegistry} from "../../src/ParamRegistry.sol";
import {IFeeSink, PaymentEscrow} from "../../src/PaymentEscrow.sol";
import {SumTree} from "./SumTree.sol";
import {vm} from "./Vm.sol";

/// @notice All contracts, wired as `deploy/deploy.ts` does it, and the moves that tests repeat.
abstract contract System {
    using SumTree for SumTree.Tree;

    uint256 internal constant SERVICE_KEY = 0x5e41ce;
    uint256 internal constant PAYER_KEY = 0xa11ce;
    uint64 internal constant WINDOW = 1 hours;
    uint64 internal constant THAW = 2 days;
    uint16 internal constant SERVICE = 1;
    uint64 internal constant FIRST_INFERENCE = (uint64(1) << 48) + 1;

    bytes32 internal constant SPLIT_A = keccak256("split.a");
    bytes32 internal constant SPLIT_B = keccak256("split.b");
    bytes32 internal constant RATE = keccak256("rate");

    address internal registrar = address(0x4e6);
    address internal guardian = address(0x60a4d);
    address internal service = vm.addr(SERVICE_KEY);
    address internal payer = vm.addr(PAYER_KEY);

    GOpen internal gOpen;
    TimelockController internal timelock;
    OpenGovernor internal governor;
    AccountRegistry internal accounts;
    DatanetRegistry internal datanets;
    ModelRegistry internal models;
    ParamRegistry internal params;
    PaymentEscrow internal escrow;
    AttributionSettlement internal settlement;

    uint64 internal payerId;

    /// @dev Deploys everything, registers the service and a payer with 1,000 OPEN in escrow.
    function deploySystem() internal {
        vm.warp(1_800_000_000);
        uint256 nonce = vm.getNonce(address(this));
        address governorAt = vm.computeCreateAddress(address(this), nonce + 2);
        address escrowAt = vm.computeCreateAddress(address(this), nonce + 7);
        address settlementAt = vm.computeCreateAddress(address(this), nonce + 8);

        gOpen = new GOpen();
        address[] memory proposers = new address[](1);
        proposers[0] = governorAt;
        timelock = new TimelockController(7 days, proposers, new address[](1), address(0));
        governor = new OpenGovernor(
            gOpen,
            timelock,
            OpenGovernor.Settings({
                votingDelay: 1 days,
                votingPeriod: 7 days,
                proposalThreshold: 10_000 ether,
                quorumPercent: 5,
                quorumFloor: 50_000 ether,
                lateExtension: 2 days
            }),
            OpenGovernor.Bounds({
                minVotingDelay: 1 hours,
                maxVotingDelay: 14 days,
                minVotingPeriod: 1 days,
                maxVotingPeriod: 30 days,
                maxLateExtension: 7 days,
                maxQuorumFloor: 1_000_000 ether,
                maxProposalThreshold: 100_000 ether
            })
        );
        require(address(governor) == governorAt, "governor's address");
        accounts = new AccountRegistry(address(timelock));
        datanets = new DatanetRegistry(accounts);
        models = new ModelRegistry(accounts, datanets);
        params = _deployParams(settlementAt);
        escrow = new PaymentEscrow(address(timelock), accounts, IFeeSink(settlementAt), THAW, 1 days, 30 days);
        require(address(escrow) == escrowAt, "escrow's address");
        settlement = new AttributionSettlement(
            AttributionSettlement.Settings({
                governance: address(timelock),
                registrar: registrar,
                poster: service,
                guardian: guardian,
                accounts: accounts,
                escrow: escrowAt,
                params: IParamVersions(address(params)),
                challengeWindow: WINDOW,
                minChallengeWindow: 10 minutes,
                maxChallengeWindow: 7 days
            })
        );
        require(address(settlement) == settlementAt, "settlement's address");

        uint64 hostId = accounts.register(service);
        vm.prank(registrar);
        settlement.registerService(service, hostId);
        payerId = accounts.register(payer);
        vm.deal(address(this), 1_000 ether);
        escrow.deposit{value: 1_000 ether}(payerId);
    }

    function _deployParams(address settlementAt) private returns (ParamRegistry) {
        ParamRegistry.Param[] memory list = new ParamRegistry.Param[](3);
        list[0] = ParamRegistry.Param({key: SPLIT_A, value: 6_000, min: 0, max: 10_000});
        list[1] = ParamRegistry.Param({key: SPLIT_B, value: 4_000, min: 0, max: 10_000});
        list[2] = ParamRegistry.Param({key: RATE, value: 100, min: 10, max: 1_000});
        ParamRegistry.Whole[] memory wholes = new ParamRegistry.Whole[](1);
        wholes[0].keys = new bytes32[](2);
        wholes[0].keys[0] = SPLIT_A;
        wholes[0].keys[1] = SPLIT_B;
        wholes[0].total = 10_000;
        return new ParamRegistry(address(timelock), IEpochClock(settlementAt), list, wholes);
    }

    function signVoucher(uint256 key, PaymentEscrow.Voucher memory voucher)
        internal
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, escrow.voucherDigest(voucher));
        return abi.encodePacked(r, s, v);
    }

    function voucherOf(uint128 cumulative) internal view returns (PaymentEscrow.Voucher memory) {
        return PaymentEscrow.Voucher({
            payerId: payerId, serviceId: SERVICE, cumulative: cumulative, inferenceNo: FIRST_INFERENCE
        });
    }

    /// @dev The payer owes the service that much in all, and it is collected.
    function collect(uint128 cumulative) internal {
        PaymentEscrow.Voucher memory voucher = voucherOf(cumulative);
        escrow.collect(voucher, signVoucher(PAYER_KEY, voucher));
    }

    /// @dev Commits the next batch with one answer.
    function commitNext(uint128 fees) internal {
        AttributionSettlement.Service memory entry = settlement.service(SERVICE);
        uint32 version = params.versionAt(settlement.lastEpochId() + 1);
        vm.prank(service);
        settlement.commitBatch(
            SERVICE,
            entry.lastBatchId + 1,
            entry.nextInferenceNo,
            1,
            fees,
            keccak256("receipts"),
            keccak256("attribution"),
            version,
            keccak256("da")
        );
    }

    /// @dev Posts the next epoch over all open batches with a tree.
    function postNext(SumTree.Tree memory tree) internal returns (uint64 epochId) {
        epochId = settlement.lastEpochId() + 1;
        uint64 lastBatch = settlement.service(SERVICE).lastBatchId;
        AttributionSettlement.Epoch memory head = settlement.epoch(settlement.headEpochId());
        uint32 version = settlement.batch(SERVICE, lastBatch).paramsVersion;
        vm.prank(service);
        settlement.postEpoch(
            epochId,
            head.lastBatch + 1,
            lastBatch,
            tree.root().hash,
            tree.root().sum,
            tree.depthOf(),
            version,
            keccak256("leaves")
        );
    }

    function sum(uint128[] memory values) internal pure returns (uint128 total) {
        for (uint256 i = 0; i < values.length; ++i) {
            total += values[i];
        }
    }

    /// @dev Collects, commits and posts so that exactly these cumulative earnings stand at the head.
    function settleTo(uint128[] memory cumulative)
        internal
        returns (uint64 epochId, SumTree.Tree memory tree)
    {
        uint128 total = sum(cumulative);
        if (settlement.totalCollected() < total) collect(total);
        commitNext(total - settlement.epoch(settlement.headEpochId()).sum);
        tree = SumTree.build(cumulative);
        epochId = postNext(tree);
    }

    function bound(uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
        return min + value % (max - min + 1);
    }
}
