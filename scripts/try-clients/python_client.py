from report import URLS, done, trying
from substrateinterface import Keypair, SubstrateInterface

bob = Keypair.create_from_uri("//Bob")
ferdie = Keypair.create_from_uri("//Ferdie")

for name, url in URLS.items():
    substrate = None

    def connect():
        global substrate
        substrate = SubstrateInterface(url=url)

    def read():
        assert substrate.query("System", "Account", [bob.ss58_address]).value["data"]["free"] > 0
        assert len(list(substrate.query_map("System", "Account", max_results=5))) == 5
        assert substrate.get_chain_finalised_head().startswith("0x")
        assert substrate.get_block()["header"]["number"] >= 0

    def transfer(final):
        call = substrate.compose_call(
            call_module="Balances",
            call_function="transfer_keep_alive",
            call_params={"dest": ferdie.ss58_address, "value": 10**9},
        )
        extrinsic = substrate.create_signed_extrinsic(call=call, keypair=bob)
        receipt = substrate.submit_extrinsic(
            extrinsic, wait_for_inclusion=not final, wait_for_finalization=final
        )
        assert receipt.is_success, receipt.error_message

    trying(f"{name}: connects", connect)
    if substrate is None:
        continue
    trying(f"{name}: reads storage, maps and blocks", read)
    trying(f"{name}: a transfer is in a block", lambda: transfer(False))
    trying(f"{name}: a transfer is final", lambda: transfer(True))
    substrate.close()
done()
