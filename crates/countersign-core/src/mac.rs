//! HMAC-SHA-256 under a key of 32 bytes: the one primitive that codes and seals are made with.

use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The block of SHA-256, to which HMAC pads a shorter key with zeros (RFC 2104, section 2).
const BLOCK_LEN: usize = 64;

/// Begins a MAC. The key is padded here, so that there is no length to be wrong and no failure to handle.
pub(crate) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; BLOCK_LEN]);
    block.iter_mut().zip(key).for_each(|(slot, byte)| *slot = *byte);
    Hmac::new((&*block).into())
}
