// A photograph made ready to be sent: turned the right way up, no larger than is useful as
// evidence, and drawn afresh, so that what the camera wrote into the file (where it was taken,
// with which telephone) stays on the telephone.

import { sha256OfBlob } from '@/sha256'

export const kLongestSide = 1600
const kQuality = 0.82

export interface PreparedPhoto {
  sha: string
  blob: Blob
}

export class UnreadablePhoto extends Error {}

// The size a picture is drawn at: the longer side no longer than `longest`, never enlarged.
export function fitted(width: number, height: number, longest = kLongestSide) {
  const scale = Math.min(1, longest / Math.max(width, height, 1))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

async function decoded(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  if ('createImageBitmap' in globalThis) {
    try {
      return await createImageBitmap(file, { imageOrientation: 'from-image' })
    } catch {
      // Some browsers decode a format in an <img> that they refuse here.
    }
  }
  const address = URL.createObjectURL(file)
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    return image
  } catch {
    throw new UnreadablePhoto()
  } finally {
    URL.revokeObjectURL(address)
  }
}

export async function preparePhoto(file: Blob): Promise<PreparedPhoto> {
  const picture = await decoded(file)
  const natural =
    picture instanceof HTMLImageElement
      ? { width: picture.naturalWidth, height: picture.naturalHeight }
      : { width: picture.width, height: picture.height }
  const size = fitted(natural.width, natural.height)
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  const pen = canvas.getContext('2d')
  if (!pen) throw new UnreadablePhoto()
  // JPEG has no transparency: what shows through is white, not black.
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, size.width, size.height)
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(picture, 0, 0, size.width, size.height)
  if ('close' in picture) picture.close()
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, 'image/jpeg', kQuality),
  )
  // A phone's memory holds few canvases of this size.
  canvas.width = canvas.height = 0
  if (!blob) throw new UnreadablePhoto()
  return { sha: await sha256OfBlob(blob), blob }
}
