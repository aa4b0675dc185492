import { describe, expect, it } from 'vitest';
import { listCameras } from '../../../src/follow/cameras/list.ts';

/** A NestMTX that answers with these, one after the other, however often it is asked. */
function answering(...answers: unknown[]) {
  let asked = 0;
  return {
    request: async () => {
      asked += 1;
      return answers[Math.min(asked, answers.length) - 1];
    },
    asked: () => asked,
  };
}

const pageOf = (total: number, ...ids: unknown[]) => ({ total, items: ids.map((id) => ({ id })) });

describe('the list of cameras', () => {
  it('is every page of it, and what is no camera is left out', async () => {
    const cameras = await listCameras(answering(pageOf(3, 3, 'x'), pageOf(3, 1)));
    expect(cameras.map(({ record }) => record.id)).toEqual(['3', '1']);
  });

  it('is refused when cameras came or went between two pages: one would seem to be gone', async () => {
    await expect(listCameras(answering(pageOf(3, 3, 2), pageOf(4, 2)))).rejects.toThrow('changed while it was read');
    await expect(listCameras(answering(pageOf(3, 3, 2), pageOf(2)))).rejects.toThrow('changed while it was read');
  });

  it.each([undefined, null, 'x', {}, { items: [] }])('is refused when the answer is %j', async (answer) => {
    await expect(listCameras(answering(answer))).rejects.toThrow('without a list of cameras');
  });

  it('is refused when it ends before the total it promised, and is not asked for again', async () => {
    const nestmtx = answering(pageOf(9, 1), pageOf(9));
    await expect(listCameras(nestmtx)).rejects.toThrow('changed while it was read');
    expect(nestmtx.asked()).toBe(2);
  });
});
