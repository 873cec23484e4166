// Adam's learning rate for all contenders on models of other people; pytorch.py has it too.
export const learningRate = 1e-3
