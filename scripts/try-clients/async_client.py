import asyncio
import traceback

from async_substrate_interface import AsyncSubstrateInterface
from bittensor_wallet import Keypair
from report import URLS, done, say

bob = Keypair.create_from_uri("//Alice//stash")
ferdie = Keypair.create_from_uri("//Ferdie")


async def trying(what, work):
    try:
        await asyncio.wait_for(work(), 60)
        say(what, None)
    except Exception:
        say(what, traceback.format_exc())


async def with_chain(name, url):
    async with AsyncSubstrateInterface(url, ss58_format=42) as substrate:

        async def read():
            account = await substrate.query("System", "Account", [bob.ss58_address])
            assert account["data"]["free"] > 0
            assert (await substrate.get_chain_finalised_head()).startswith("0x")
            assert await substrate.get_block_number() >= 0

        async def transfer(final):
            call = await substrate.compose_call(
                call_module="Balances",
                call_function="transfer_keep_alive",
                call_params={"dest": ferdie.ss58_address, "value": 10**9},
            )
            extrinsic = await substrate.create_signed_extrinsic(call=call, keypair=bob)
            receipt = await substrate.submit_extrinsic(
                extrinsic, wait_for_inclusion=not final, wait_for_finalization=final
            )
            assert await receipt.is_success, await receipt.error_message

        await trying(f"{name}: reads storage and blocks", read)
        await trying(f"{name}: a transfer is in a block", lambda: transfer(False))
        await trying(f"{name}: a transfer is final", lambda: transfer(True))


async def main():
    for name, url in URLS.items():
        try:
            await with_chain(name, url)
        except Exception:
            say(f"{name}: connects", traceback.format_exc())


asyncio.run(main())
done()
