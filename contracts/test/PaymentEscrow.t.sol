// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {AttributionSettlement} from "../src/AttributionSettlement.sol";
import {IFeeSink, PaymentEscrow} from "../src/PaymentEscrow.sol";
import {Check} from "./support/Check.sol";
import {ContractWallet} from "./support/Payees.sol";
import {System} from "./support/System.sol";
import {vm} from "./support/Vm.sol";

contract PaymentEscrowTest is System {
    uint256 private constant API_KEY = 0xa91;
    uint128 private constant DEPOSIT = 1_000 ether;
    address private apiSigner = vm.addr(API_KEY);

    function setUp() public {
        deploySystem();
    }

    function test_depositsAddUp() public {
        vm.deal(address(this), 5);
        vm.expectEmit(address(escrow));
        emit PaymentEscrow.Deposited(payerId, 0, address(this), 5, DEPOSIT + 5, DEPOSIT + 5);
        escrow.deposit{value: 5}(payerId);
        Check.eq(escrow.totalBalance(), DEPOSIT + 5, "total");
        vm.expectRevert(PaymentEscrow.ZeroAmount.selector);
        escrow.deposit(payerId);
        vm.deal(address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.UnknownPayer.selector, 99));
        escrow.deposit{value: 1}(99);
    }

    function test_payersRegisterThemselves() public {
        vm.prank(address(0xbeef));
        uint64 id = escrow.registerPayer();
        Check.eq(accounts.accountOf(address(0xbeef)), id, "account");
    }

    function testFuzz_voucherMovesTheDifferenceOnce(uint96 first, uint96 second) public {
        vm.assume(0 < first && first < second && second <= DEPOSIT);
        collect(first);
        Check.eq(address(settlement).balance, first, "first");
        collect(second);
        Check.eq(address(settlement).balance, second, "both");
        Check.eq(settlement.totalCollected(), second, "collected");
        Check.eq(escrow.payerOf(payerId).balance, DEPOSIT - second, "left");
        // Neither the same nor an older voucher is worth anything now.
        _expectStale(second, second);
        _expectStale(first, second);
    }

    function test_voucherOfAnotherChainContractOrPayer() public {
        PaymentEscrow.Voucher memory voucher = voucherOf(5);
        bytes memory signature = signVoucher(PAYER_KEY, voucher);

        vm.chainId(1612);
        vm.expectPartialRevert(PaymentEscrow.NotAuthorized.selector);
        escrow.collect(voucher, signature);
        vm.chainId(31337);

        PaymentEscrow other = new PaymentEscrow(
            address(timelock), accounts, IFeeSink(address(settlement)), THAW, 1 days, 30 days
        );
        vm.deal(address(this), 10);
        other.deposit{value: 10}(payerId);
        vm.expectPartialRevert(PaymentEscrow.NotAuthorized.selector);
        other.collect(voucher, signature);

        uint64 stranger = accounts.register(address(0x5742));
        vm.deal(address(this), 10);
        escrow.deposit{value: 10}(stranger);
        voucher.payerId = stranger;
        vm.expectPartialRevert(PaymentEscrow.NotAuthorized.selector);
        escrow.collect(voucher, signature);
    }

    function test_voucherOfAnotherService() public {
        PaymentEscrow.Voucher memory voucher = voucherOf(5);
        voucher.serviceId = 2;
        bytes memory signature = signVoucher(PAYER_KEY, voucher);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.WrongInference.selector, 2, FIRST_INFERENCE));
        escrow.collect(voucher, signature);
        // Rightly numbered, it still finds no such service: nobody can make one to drain the escrow.
        voucher.inferenceNo = (uint64(2) << 48) + 1;
        signature = signVoucher(PAYER_KEY, voucher);
        vm.expectRevert(abi.encodeWithSelector(AttributionSettlement.UnknownService.selector, 2));
        escrow.collect(voucher, signature);
    }

    function test_answersOfVouchersDoNotGoBack() public {
        PaymentEscrow.Voucher memory voucher = voucherOf(5);
        voucher.inferenceNo = FIRST_INFERENCE + 9;
        escrow.collect(voucher, signVoucher(PAYER_KEY, voucher));
        voucher.cumulative = 6;
        voucher.inferenceNo = FIRST_INFERENCE + 8;
        bytes memory signature = signVoucher(PAYER_KEY, voucher);
        vm.expectRevert(
            abi.encodeWithSelector(PaymentEscrow.WrongInference.selector, SERVICE, FIRST_INFERENCE + 8)
        );
        escrow.collect(voucher, signature);
    }

    function test_malleableSignature() public {
        PaymentEscrow.Voucher memory voucher = voucherOf(5);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, escrow.voucherDigest(voucher));
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory twin = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        vm.expectRevert(
            abi.encodeWithSelector(PaymentEscrow.NotAuthorized.selector, payerId, SERVICE, address(0))
        );
        escrow.collect(voucher, twin);
    }

    function test_authorisedKeySpendsUpToItsCap() public {
        PaymentEscrow.Voucher memory voucher = voucherOf(60);
        bytes memory signature = signVoucher(API_KEY, voucher);
        vm.expectRevert(
            abi.encodeWithSelector(PaymentEscrow.NotAuthorized.selector, payerId, SERVICE, apiSigner)
        );
        escrow.collect(voucher, signature);

        vm.prank(payer);
        escrow.authorizeSigner(payerId, SERVICE, apiSigner, 100);
        escrow.collect(voucher, signature);
        voucher.cumulative = 101;
        signature = signVoucher(API_KEY, voucher);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.CapExceeded.selector, apiSigner, 100, 60, 41));
        escrow.collect(voucher, signature);

        vm.prank(payer);
        escrow.authorizeSigner(payerId, SERVICE, apiSigner, 101);
        escrow.collect(voucher, signature);
        Check.eq(escrow.signerOf(payerId, SERVICE, apiSigner).spent, 101, "spent");
    }

    function test_revokedKeyIsGoodUntilTheThawIsOver() public {
        vm.startPrank(payer);
        escrow.authorizeSigner(payerId, SERVICE, apiSigner, 100);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.CapLowered.selector, apiSigner, 100));
        escrow.authorizeSigner(payerId, SERVICE, apiSigner, 99);
        escrow.revokeSigner(payerId, SERVICE, apiSigner);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.NotRevocable.selector, apiSigner));
        escrow.revokeSigner(payerId, SERVICE, apiSigner);
        vm.stopPrank();

        PaymentEscrow.Voucher memory voucher = voucherOf(10);
        bytes memory signature = signVoucher(API_KEY, voucher);
        vm.warp(block.timestamp + THAW - 1);
        escrow.collect(voucher, signature);
        vm.warp(block.timestamp + 1);
        voucher.cumulative = 20;
        signature = signVoucher(API_KEY, voucher);
        vm.expectRevert(
            abi.encodeWithSelector(PaymentEscrow.NotAuthorized.selector, payerId, SERVICE, apiSigner)
        );
        escrow.collect(voucher, signature);
    }

    function test_contractWalletSigns() public {
        ContractWallet wallet = new ContractWallet();
        uint64 walletId = accounts.register(address(wallet));
        vm.deal(address(this), 10);
        escrow.deposit{value: 10}(walletId);
        PaymentEscrow.Voucher memory voucher = voucherOf(5);
        voucher.payerId = walletId;
        vm.expectPartialRevert(PaymentEscrow.NotAuthorized.selector);
        escrow.collect(voucher, "anything");
        wallet.accept(escrow.voucherDigest(voucher));
        escrow.collect(voucher, "anything");
        Check.eq(settlement.totalCollected(), 5, "collected");
    }

    function test_emptyEscrowPaysWhatItHasAndTheVoucherStaysGood() public {
        collect(DEPOSIT + 50);
        Check.eq(settlement.totalCollected(), DEPOSIT, "all there was");
        PaymentEscrow.Voucher memory voucher = voucherOf(DEPOSIT + 50);
        bytes memory signature = signVoucher(PAYER_KEY, voucher);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.InsufficientBalance.selector, payerId, 0, 50));
        escrow.collect(voucher, signature);
        vm.deal(address(this), 80);
        escrow.deposit{value: 80}(payerId);
        escrow.collect(voucher, signature);
        Check.eq(settlement.totalCollected(), DEPOSIT + 50, "the rest");
        Check.eq(escrow.payerOf(payerId).balance, 30, "left");
    }

    function test_thawIsNoWayAroundAVoucher() public {
        vm.startPrank(payer);
        escrow.thaw(payerId, DEPOSIT);
        vm.expectRevert(
            abi.encodeWithSelector(PaymentEscrow.StillThawing.selector, payerId, block.timestamp + THAW)
        );
        escrow.withdraw(payerId);
        vm.stopPrank();
        Check.eq(escrow.available(payerId), 0, "available");

        vm.warp(block.timestamp + THAW - 1);
        collect(400 ether);
        vm.warp(block.timestamp + 1);
        vm.startPrank(payer);
        Check.eq(escrow.withdraw(payerId), 600 ether, "the rest");
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.NothingThawed.selector, payerId));
        escrow.withdraw(payerId);
        vm.stopPrank();
        Check.eq(payer.balance, 600 ether, "payer");
        Check.eq(address(escrow).balance, 0, "escrow");
    }

    function test_thawingMoreStartsTheClockAnew() public {
        vm.startPrank(payer);
        escrow.thaw(payerId, 1);
        vm.warp(block.timestamp + THAW - 1);
        escrow.thaw(payerId, 1);
        vm.warp(block.timestamp + 1);
        vm.expectPartialRevert(PaymentEscrow.StillThawing.selector);
        escrow.withdraw(payerId);
        vm.expectRevert(
            abi.encodeWithSelector(PaymentEscrow.InsufficientBalance.selector, payerId, DEPOSIT - 2, DEPOSIT)
        );
        escrow.thaw(payerId, DEPOSIT);
        vm.stopPrank();
    }

    function test_onlyThePayerActsForThePayer() public {
        bytes memory notPayer =
            abi.encodeWithSelector(PaymentEscrow.NotPayer.selector, payerId, address(this));
        vm.expectRevert(notPayer);
        escrow.thaw(payerId, 1);
        vm.expectRevert(notPayer);
        escrow.withdraw(payerId);
        vm.expectRevert(notPayer);
        escrow.authorizeSigner(payerId, SERVICE, address(this), 1);
        vm.expectRevert(notPayer);
        escrow.revokeSigner(payerId, SERVICE, apiSigner);
    }

    function test_pauseDoesNotTrapMoney() public {
        vm.prank(payer);
        escrow.thaw(payerId, 10);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        escrow.pause();
        vm.prank(address(timelock));
        escrow.pause();

        PaymentEscrow.Voucher memory voucher = voucherOf(5);
        bytes memory signature = signVoucher(PAYER_KEY, voucher);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        escrow.collect(voucher, signature);
        vm.deal(address(this), 1);
        vm.expectRevert(Pausable.EnforcedPause.selector);
        escrow.deposit{value: 1}(payerId);
        vm.warp(block.timestamp + THAW);
        vm.prank(payer);
        Check.eq(escrow.withdraw(payerId), 10, "withdrawn");

        vm.prank(address(timelock));
        escrow.unpause();
        escrow.collect(voucher, signature);
    }

    function test_thawPeriodStaysWithinItsBounds() public {
        vm.startPrank(address(timelock));
        escrow.setThawPeriod(3 days);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.OutOfBounds.selector, 1 hours, 1 days, 30 days));
        escrow.setThawPeriod(1 hours);
        vm.expectRevert(abi.encodeWithSelector(PaymentEscrow.OutOfBounds.selector, 31 days, 1 days, 30 days));
        escrow.setThawPeriod(31 days);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        escrow.setThawPeriod(2 days);
    }

    function _expectStale(uint128 cumulative, uint128 collected) private {
        PaymentEscrow.Voucher memory voucher = voucherOf(cumulative);
        bytes memory signature = signVoucher(PAYER_KEY, voucher);
        vm.expectRevert(
            abi.encodeWithSelector(
                PaymentEscrow.StaleVoucher.selector, payerId, SERVICE, cumulative, collected
            )
        );
        escrow.collect(voucher, signature);
    }
}
