//! What colours a picture of the page holds: the only view into a frame that lets no script in.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::Window;

/// How many points of the page as it is now have each of these colours (red, green, blue).
#[track_caller]
pub fn points_of<const N: usize>(window: &Window, colours: [[u8; 3]; N]) -> [u64; N] {
    let png = window.session().screenshot().expect("a picture");
    let counts = window
        .session()
        .async_script(COUNT, &[json!(BASE64.encode(&png)), json!(colours.as_slice())])
        .unwrap_or_else(|fault| panic!("{fault:?}"));
    std::array::from_fn(|index| counts.get(index).and_then(Value::as_u64).expect("a count"))
}

/// The page itself reads the picture: it has a decoder.
const COUNT: &str = "const [png, colours, done] = arguments;
    const image = new Image();
    image.onerror = () => done(null);
    image.onload = () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const counts = colours.map(() => 0);
      for (let at = 0; at < data.length; at += 4)
        colours.forEach((colour, index) => {
          if (colour.every((value, channel) => Math.abs(value - data[at + channel]) <= 2)) counts[index]++;
        });
      done(counts);
    };
    image.src = `data:image/png;base64,${png}`;";
