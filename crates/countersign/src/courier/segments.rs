//! How many parts an SMS takes: gateways bill by the part.
//!
//! A part is 140 octets. A text within the GSM alphabet (3GPP TS 23.038, 6.2.1) uses 7 bits a unit, any other text 16
//! (UCS-2); a text of several parts spends six octets of each on the header that joins them (TS 23.040, 9.2.3.24). A
//! character of two units is never split between two parts.

/// What a text costs to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segments {
    /// The alphabet it needs.
    pub encoding: Encoding,
    /// Its length in units of that alphabet.
    pub units: usize,
    /// The parts that are billed.
    pub parts: usize,
}

/// The two alphabets of SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The GSM alphabet, 160 units in one part.
    Gsm7,
    /// UTF-16, 70 units in one part; one character outside the GSM alphabet makes the whole text this.
    Ucs2,
}

/// Whether a text is billed as one part of the GSM alphabet, by every gateway: some count a line break as two units.
pub fn fits_one(text: &str) -> bool {
    let Segments { encoding, units, parts } = count(text);
    encoding == Encoding::Gsm7 && parts <= 1 && units + text.matches('\n').count() <= 160
}

/// Counts a text.
pub fn count(text: &str) -> Segments {
    if let Some(widths) = text.chars().map(gsm_width).collect::<Option<Vec<_>>>() {
        return split(Encoding::Gsm7, &widths);
    }
    let widths: Vec<_> = text.chars().map(char::len_utf16).collect();
    split(Encoding::Ucs2, &widths)
}

fn split(encoding: Encoding, widths: &[usize]) -> Segments {
    let (alone, joined) = match encoding {
        Encoding::Gsm7 => (160, 153),
        Encoding::Ucs2 => (70, 67),
    };
    let units = widths.iter().sum();
    if units <= alone {
        return Segments { encoding, units, parts: usize::from(units > 0) };
    }
    let (mut parts, mut room) = (1, joined);
    for width in widths {
        if *width > room {
            parts += 1;
            room = joined;
        }
        room -= width;
    }
    Segments { encoding, units, parts }
}

/// The units of a character in the GSM alphabet: two for the extension table, which is reached by an escape.
fn gsm_width(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        return Some(1);
    }
    EXTENSION.contains(c).then_some(2)
}

/// TS 23.038, 6.2.1: the default alphabet in the order of its table, without the escape at 0x1B.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// TS 23.038, 6.2.1.1: the extension table.
const EXTENSION: &str = "\u{000c}^{}\\[~]|€";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(text: &str, encoding: Encoding, units: usize, parts: usize) {
        assert_eq!(count(text), Segments { encoding, units, parts });
    }

    #[test]
    fn the_tables_are_complete() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
    }

    /// The lengths that Twilio and TextMagic publish (reference/providers.md, 4.6 and 10.5).
    #[test]
    fn published_lengths() {
        expect("", Encoding::Gsm7, 0, 0);
        for (units, parts) in [(1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (918, 6), (919, 7)] {
            expect(&"a".repeat(units), Encoding::Gsm7, units, parts);
        }
        for (units, parts) in [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (402, 6), (403, 7)] {
            expect(&"я".repeat(units), Encoding::Ucs2, units, parts);
        }
    }

    #[test]
    fn an_extension_character_is_two_units_and_is_not_split() {
        expect(&"€".repeat(80), Encoding::Gsm7, 160, 1);
        expect(&"€".repeat(81), Encoding::Gsm7, 162, 2);
        // 76 to a part: the 153rd unit stays empty.
        expect(&"{".repeat(152), Encoding::Gsm7, 304, 2);
        expect(&"{".repeat(153), Encoding::Gsm7, 306, 3);
    }

    #[test]
    fn a_surrogate_pair_is_two_units_and_is_not_split() {
        expect(&"😀".repeat(35), Encoding::Ucs2, 70, 1);
        expect(&"😀".repeat(66), Encoding::Ucs2, 132, 2);
        expect(&"😀".repeat(67), Encoding::Ucs2, 134, 3);
    }

    #[test]
    fn one_character_changes_the_alphabet() {
        expect(&format!("{}@#\n", "a".repeat(157)), Encoding::Gsm7, 160, 1);
        for odd in ['’', '—', '\u{a0}', '…', 'ç', '`'] {
            expect(&format!("{}{odd}", "a".repeat(69)), Encoding::Ucs2, 70, 1);
        }
        expect("Ça va à Zürich, Ñandú?", Encoding::Ucs2, 22, 1);
        expect("Grüße aus Zürich à Évry", Encoding::Gsm7, 23, 1);
    }
}
