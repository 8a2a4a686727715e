// The camera, frame by frame.
//
//     const camera = new Camera((width, height, video) => ...);
//     await camera.start();                 throws when there is none
//     camera.next();                        a frame, when there is one
"use strict";
class Camera {
  constructor(take) {
    this.take = take;
    this.video = null;
  }

  get on() { return this.video !== null; }

  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    this.video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true });
    await this.video.play();
    this.frames = 0;
    this.since = performance.now();
  }

  // Frames in a second since the start.
  get rate() { return (this.frames / ((performance.now() - this.since) / 1000)).toFixed(1); }

  next() {
    if (!this.video) return;
    if (this.video.readyState < 2) {
      requestAnimationFrame(() => this.next());
      return;
    }
    this.frames++;
    this.take(this.video);
  }

  stop() {
    if (!this.video) return;
    this.video.srcObject.getTracks().forEach((track) => track.stop());
    this.video = null;
  }
}
