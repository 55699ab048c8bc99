import { z } from 'zod';

/** Blocks that proposed code builds in its trial unless a policy says otherwise, and the most that one may ask for. */
const TRIAL_BLOCKS = { usual: 5, most: 50 };

export const trialSection = z
  .strictObject({
    blocks: z
      .int()
      .min(1)
      .max(TRIAL_BLOCKS.most)
      .default(TRIAL_BLOCKS.usual)
      .describe(
        'Blocks that proposed code must build on the last head, each of which validators would take.',
      ),
    failed: z
      .enum(['refuse', 'mark'])
      .default('refuse')
      .describe('What becomes of a proposal whose code fails: it is refused, or admitted with a mark.'),
    untried: z
      .enum(['refuse', 'mark'])
      .default('mark')
      .describe(
        'What becomes of one that cannot be tried, for instance because no node proves the state any more.',
      ),
  })
  .describe(
    'How proposals are tried before they are admitted. Without it: five blocks, what fails is refused, and what cannot be tried is admitted with a mark.',
  );

export type TrialRules = z.infer<typeof trialSection>;

/** How the policy has proposals tried. The rules that hold without a word of it are part of no policy's hash. */
export function trialRules({ trials }: { readonly trials?: TrialRules | undefined }): TrialRules {
  return trials ?? { blocks: TRIAL_BLOCKS.usual, failed: 'refuse', untried: 'mark' };
}
