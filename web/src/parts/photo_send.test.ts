import { describe, expect, it } from 'vitest'
import { sendPhoto, type PhotoWire, type Received } from './photo_send'

class WayBroken extends Error {}
class RangeRefused extends Error {}

// A server that keeps bytes, and a way to it that breaks when told to.
class Server implements PhotoWire {
  bytes = 0
  puts: (string | null)[] = []
  breaks: number[] = []
  constructor(private total: number) {}
  async state(): Promise<Received | null> {
    return this.bytes === 0 ? null : this.received()
  }
  async put(_sha: string, piece: Blob, _type: string, range: string | null): Promise<Received> {
    const turn = this.puts.push(range) - 1
    if (this.breaks.includes(turn)) {
      // Half of it arrived.
      this.bytes += Math.floor(piece.size / 2)
      throw new WayBroken()
    }
    const from = range ? Number(/bytes (\d+)-/.exec(range)![1]) : 0
    if (range && from !== this.bytes) throw new RangeRefused()
    this.bytes = from + piece.size
    return this.received()
  }
  mayPass(trouble: unknown) {
    return trouble instanceof WayBroken || trouble instanceof RangeRefused
  }
  private received(): Received {
    return { received: this.bytes, complete: this.bytes === this.total }
  }
}

const blob = new Blob([new Uint8Array(1000)], { type: 'image/jpeg' })
const quick = { waitMs: () => 0 }

describe('sending a photograph', () => {
  it('sends a small one whole', async () => {
    const server = new Server(1000)
    await sendPhoto(server, 'a', blob, quick)
    expect(server.puts).toEqual([null])
  })

  it('sends a large one in pieces and says how far it is', async () => {
    const server = new Server(1000)
    const said: number[] = []
    await sendPhoto(server, 'a', blob, {
      ...quick,
      pieceBytes: 400,
      progress: (sent) => said.push(sent),
    })
    expect(server.puts).toEqual(['bytes 0-399/1000', 'bytes 400-799/1000', 'bytes 800-999/1000'])
    expect(said).toEqual([0, 400, 800, 1000])
  })

  it('sends nothing that the server has', async () => {
    const server = new Server(1000)
    server.bytes = 1000
    await sendPhoto(server, 'a', blob, quick)
    expect(server.puts).toEqual([])
  })

  it('goes on from where the server has it after the way broke', async () => {
    const server = new Server(1000)
    server.breaks = [1]
    await sendPhoto(server, 'a', blob, { ...quick, pieceBytes: 400 })
    expect(server.puts).toEqual([
      'bytes 0-399/1000',
      'bytes 400-799/1000',
      'bytes 600-999/1000',
    ])
  })

  it('gives up after some attempts, with the reason', async () => {
    const server = new Server(1000)
    server.put = async () => {
      server.puts.push('x')
      throw new WayBroken()
    }
    await expect(sendPhoto(server, 'a', blob, { ...quick, attempts: 3 })).rejects.toThrow(WayBroken)
    expect(server.puts).toHaveLength(3)
  })

  it('does not try again what the server refused', async () => {
    const server = new Server(1000)
    server.put = async () => {
      server.puts.push('x')
      throw new Error('too large')
    }
    await expect(sendPhoto(server, 'a', blob, quick)).rejects.toThrow('too large')
    expect(server.puts).toHaveLength(1)
  })
})
