/** What Darkroom uses of heic-decode 2, which has no types of its own. */
declare module 'heic-decode' {
  namespace heicDecode {
    interface DecodedHeic {
      readonly width: number;
      readonly height: number;
      /** RGBA, 8 bits a channel, not premultiplied. */
      readonly data: Uint8ClampedArray;
    }
    interface HeicImage {
      readonly width: number;
      readonly height: number;
      decode(): Promise<DecodedHeic>;
    }
    function all(file: { buffer: Uint8Array }): Promise<HeicImage[] & { dispose(): void }>;
  }
  export = heicDecode;
}
