export const CHOICES = ['aye', 'nay', 'abstain'];
//# sourceMappingURL=round.js.map