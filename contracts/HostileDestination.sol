// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title A destination that calls back, for the attack tests only
contract HostileDestination {
    event Struck(uint256 succeeded, uint256 refused);

    /// @notice Calls its caller with each of `attacks`, and tells what came of it.
    function strike(
        bytes[] calldata attacks
    ) external payable returns (bool[] memory succeeded, bytes[] memory answers) {
        succeeded = new bool[](attacks.length);
        answers = new bytes[](attacks.length);
        uint256 count = 0;
        for (uint256 i = 0; i < attacks.length; i++) {
            (succeeded[i], answers[i]) = msg.sender.call(attacks[i]);
            if (succeeded[i]) count++;
        }
        emit Struck(count, attacks.length - count);
    }

    /// @notice A revert of its own, to see that it is passed on.
    function fail() external pure {
        revert("hostile");
    }
}
