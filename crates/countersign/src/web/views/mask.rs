//! How a masked destination is read aloud.
//!
//! A screen reader says "bullet" for each dot of `+1 ••• ••• 4567`; people need "starts with +1, ends with 4567".

use crate::i18n::Texts;

/// The signs that stand for something hidden.
const HIDDEN: [char; 3] = ['•', '*', '…'];

/// The masked destination in words.
pub fn spoken(tx: &Texts, masked: &str) -> String {
    match (masked.split_once(HIDDEN), masked.rsplit_once(HIDDEN)) {
        (Some((start, _)), Some((_, end))) => {
            tx.with("mask-spoken", &[("start", start.trim().into()), ("end", end.trim().into())])
        }
        _ => masked.to_owned(),
    }
}
