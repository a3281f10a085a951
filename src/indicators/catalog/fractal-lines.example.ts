/** Answer of the demo; each list is shortened to its last entries. */
export const FRACTAL_LINES_EXAMPLE = {
  horizontal: {
    peak_1: [{ index: 999, time: 1795215600, value: 1.1235776744186048 }],
    peak_2: [{ index: 999, time: 1795215600, value: 1.1228523076923078 }],
    peak_3: [{ index: 999, time: 1795215600, value: 1.1250915357142859 }],
    bottom_1: [{ index: 999, time: 1795215600, value: 1.1163349790794979 }],
    bottom_2: [{ index: 999, time: 1795215600, value: 1.1050545774647889 }],
    bottom_3: [{ index: 999, time: 1795215600, value: 1.118065 }],
  },
  diagonal: {
    ascending_1: [{ index: 999, time: 1795215600, value: 1.138722392638037 }],
    ascending_2: [{ index: 999, time: 1795215600, value: 1.1404293617021277 }],
    ascending_3: [{ index: 999, time: 1795215600, value: 1.1472775862068967 }],
    descending_1: [{ index: 999, time: 1795215600, value: 1.1035426886792454 }],
    descending_2: [{ index: 999, time: 1795215600, value: 1.1017258522727273 }],
    descending_3: [{ index: 999, time: 1795215600, value: 1.1138268263473055 }],
  },
  fractals: {
    peaks: [{ index: 939, time: 1794999600, price: 1.12528, confirmed_at: 1795060800 }],
    bottoms: [{ index: 954, time: 1795053600, price: 1.1081, confirmed_at: 1795114800 }],
  },
  lines: [
    {
      name: 'peak_1',
      kind: 'peak',
      score: 277.21343685949716,
      angle: -1.8693788430170153,
      touches: [
        { index: 918, time: 1794924000, price: 1.12705, kind: 'peak' },
        { index: 939, time: 1794999600, price: 1.12528, kind: 'peak' },
      ],
      from: { index: 638, time: 1793397600, price: 1.13382 },
      to: { index: 939, time: 1794999600, price: 1.12528 },
    },
  ],
};
