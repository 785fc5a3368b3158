// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttributionSettlement} from "../../src/AttributionSettlement.sol";
import {ModelRegistry} from "../../src/ModelRegistry.sol";
import {PaymentEscrow} from "../../src/PaymentEscrow.sol";
import {MerkleSum} from "../../src/libraries/MerkleSum.sol";
import {RefusingPayee} from "./Payees.sol";
import {SumTree} from "./SumTree.sol";
import {System} from "./System.sol";
import {vm} from "./Vm.sol";

/// @notice Everything that people do to the system, in any order and with any numbers. Keeps its own
/// books, so that the invariants have something to compare with.
contract Handler is System {
    using SumTree for SumTree.Tree;

    uint256 private constant PEOPLE = 6;
    uint64 private constant MODEL = 1;

    uint64[] public people;
    RefusingPayee public refuser;

    /// Cumulative earnings at each epoch, by account.
    mapping(uint64 epochId => uint128[]) private _earned;
    /// What every person got, counted where it arrives.
    mapping(uint64 accountId => uint256) public received;
    /// What the payer owes, by vouchers; only ever rises.
    uint128 public metered;
    uint128 public lastCollected;
    uint256 public withdrawn;
    uint256 public deposited = 1_000 ether;
    bool public voucherFell;
    bool public paidTwice;
    /// How often each move took effect.
    mapping(bytes32 move => uint256) public moves;

    constructor() {
        deploySystem();
        for (uint160 i = 1; i < PEOPLE; ++i) {
            people.push(accounts.register(address(0xface0000 + i)));
        }
        refuser = new RefusingPayee();
        people.push(accounts.register(address(refuser)));
        models.register(0, 0, keccak256("base"), 0, new ModelRegistry.Snapshot[](0));
    }

    function system()
        external
        view
        returns (address gOpenAt, address modelsAt, address escrowAt, address settlementAt)
    {
        return (address(gOpen), address(models), address(escrow), address(settlement));
    }

    function payerAccount() external view returns (uint64) {
        return payerId;
    }

    function deposit(uint96 amount) external {
        if (amount == 0) return;
        vm.deal(address(this), amount);
        escrow.deposit{value: amount}(payerId);
        deposited += amount;
        ++moves["deposit"];
    }

    function collectVoucher(uint64 used) external {
        metered += used;
        PaymentEscrow.Voucher memory voucher = voucherOf(metered);
        try escrow.collect(voucher, signVoucher(PAYER_KEY, voucher)) {
            ++moves["collect"];
        } catch {}
        uint128 collected = escrow.collectedOf(payerId, SERVICE).cumulative;
        if (collected < lastCollected) voucherFell = true;
        lastCollected = collected;
    }

    function collectOld(uint64 less) external {
        PaymentEscrow.Voucher memory voucher =
            voucherOf(lastCollected - uint128(bound(less, 0, lastCollected)));
        try escrow.collect(voucher, signVoucher(PAYER_KEY, voucher)) {
            voucherFell = true;
        } catch {}
    }

    function commitBatch(uint64 fees) external {
        // A gateway does not meter beyond what it can collect.
        uint128 open = settlement.totalCollected() - settlement.service(SERVICE).fees;
        commitNext(uint128(bound(fees, 0, open)));
        ++moves["commit"];
    }

    function postEpoch(uint256 seed) external {
        uint64 headId = settlement.headEpochId();
        AttributionSettlement.Epoch memory head = settlement.epoch(headId);
        uint64 lastBatch = settlement.service(SERVICE).lastBatchId;
        if (lastBatch == head.lastBatch) return;
        uint128 fees = settlement.batch(SERVICE, lastBatch).feesCumulative
            - settlement.batch(SERVICE, head.lastBatch).feesCumulative;

        uint128[] memory earned = new uint128[](people[PEOPLE - 1] + 1);
        for (uint256 i = 0; i < _earned[headId].length; ++i) {
            earned[i] = _earned[headId][i];
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            uint128 share =
                i == PEOPLE - 1 ? fees : uint128(bound(uint256(keccak256(abi.encode(seed, i))), 0, fees));
            earned[people[i]] += share;
            fees -= share;
        }
        _earned[postNext(SumTree.build(earned))] = earned;
        ++moves["post"];
    }

    function disable(uint64 which) external {
        uint64 id = uint64(bound(which, 0, settlement.lastEpochId()));
        vm.prank(guardian);
        try settlement.disableEpoch(id, "any") {
            ++moves["disable"];
        } catch {}
    }

    function challengeAny(uint64 which, uint64 earlier, uint256 who) external {
        uint64 id = uint64(bound(which, 0, settlement.lastEpochId()));
        uint64 before = uint64(bound(earlier, 0, settlement.lastEpochId()));
        if (_earned[id].length == 0 || _earned[before].length == 0) return;
        uint64 account = people[bound(who, 0, PEOPLE - 1)];
        MerkleSum.Node[] memory proof = SumTree.build(_earned[id]).proof(account);
        MerkleSum.Node[] memory earlierProof = SumTree.build(_earned[before]).proof(account);
        uint128 cumulative = _earned[id][account];
        uint128 earlierCumulative = _earned[before][account];
        try settlement.challenge(id, account, cumulative, proof, before, earlierCumulative, earlierProof) {
            // All epochs here are honest.
            revert("an honest epoch was challenged");
        } catch (bytes memory reason) {
            require(bytes4(reason) != bytes4(keccak256("Error(string)")), "an honest epoch was challenged");
        }
    }

    function claimFor(uint64 which, uint256 who) external {
        uint64 id = uint64(bound(which, 0, settlement.lastEpochId()));
        if (_earned[id].length == 0) return;
        uint64 account = people[bound(who, 0, PEOPLE - 1)];
        address payee = accounts.payeeOf(account);
        uint256 before = payee.balance;
        MerkleSum.Node[] memory proof = SumTree.build(_earned[id]).proof(account);
        try settlement.claimFor(id, account, _earned[id][account], proof) {
            ++moves["claim"];
        } catch {}
        received[account] += payee.balance - before;
        if (received[account] != settlement.paidOf(account)) paidTwice = true;
    }

    function push(uint64 which, uint8 mask) external {
        uint64 id = uint64(bound(which, 0, settlement.lastEpochId()));
        if (_earned[id].length == 0) return;
        SumTree.Tree memory tree = SumTree.build(_earned[id]);
        uint64[] memory ids = new uint64[](PEOPLE * 2);
        uint128[] memory amounts = new uint128[](PEOPLE * 2);
        MerkleSum.Node[][] memory proofs = new MerkleSum.Node[][](PEOPLE * 2);
        uint256[] memory before = new uint256[](PEOPLE);
        // Some are left out, some come twice.
        for (uint256 i = 0; i < PEOPLE * 2; ++i) {
            uint64 account = people[(i + mask) % PEOPLE];
            ids[i] = account;
            amounts[i] = _earned[id][account];
            proofs[i] = tree.proof(account);
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            before[i] = accounts.payeeOf(people[i]).balance;
        }
        try settlement.push(id, ids, amounts, proofs) {
            ++moves["push"];
        } catch {}
        for (uint256 i = 0; i < PEOPLE; ++i) {
            received[people[i]] += accounts.payeeOf(people[i]).balance - before[i];
            if (received[people[i]] != settlement.paidOf(people[i])) paidTwice = true;
        }
    }

    function refuse(bool takes) external {
        refuser.setTakes(takes);
    }

    function thaw(uint96 amount) external {
        uint128 free = escrow.available(payerId);
        if (free == 0) return;
        vm.prank(payer);
        escrow.thaw(payerId, uint128(bound(amount, 1, free)));
        ++moves["thaw"];
    }

    function withdraw() external {
        vm.prank(payer);
        try escrow.withdraw(payerId) returns (uint128 amount) {
            withdrawn += amount;
            ++moves["withdraw"];
        } catch {}
    }

    function wait(uint32 time) external {
        vm.warp(block.timestamp + bound(time, 1, 1 days));
    }

    function stake(uint96 amount, bool back) external {
        address staker = address(0x57a4e);
        uint256 staked = models.stakeOf(MODEL, accounts.accountOf(staker));
        if (back && staked > 0) {
            vm.prank(staker);
            models.unstake(MODEL, bound(amount, 1, staked));
        } else if (amount > 0) {
            vm.deal(staker, amount);
            vm.prank(staker);
            models.stake{value: amount}(MODEL);
        }
    }

    function wrap(uint96 amount, bool back) external {
        address holder = address(0x401de4);
        if (back) {
            uint256 held = gOpen.balanceOf(holder);
            vm.prank(holder);
            gOpen.withdraw(bound(amount, 0, held));
        } else {
            vm.deal(holder, amount);
            vm.prank(holder);
            gOpen.deposit{value: amount}();
        }
    }
}
