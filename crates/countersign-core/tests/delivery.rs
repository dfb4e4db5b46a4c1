//! What is known of a message, and how long is too long.

use countersign_core::delivery::{Delivery, slow_after};
use jiff::SignedDuration;

const UNKNOWN: SignedDuration = SignedDuration::from_secs(30);

#[test]
fn what_is_final_stays() {
    use Delivery::{Delivered, Failed, Sent};
    for (known, news, expected) in [
        (None, Sent, true),
        (None, Delivered, true),
        (None, Failed, true),
        (Some(Sent), Sent, false),
        (Some(Sent), Delivered, true),
        (Some(Sent), Failed, true),
        (Some(Delivered), Sent, false),
        (Some(Delivered), Delivered, false),
        (Some(Delivered), Failed, false),
        (Some(Failed), Sent, false),
        (Some(Failed), Delivered, false),
        (Some(Failed), Failed, false),
    ] {
        assert_eq!(news.follows(known), expected, "{known:?} then {news:?}");
    }
}

#[test]
fn slow_is_slower_than_nineteen_of_twenty() {
    let seconds = |list: &[i64]| list.iter().copied().map(SignedDuration::from_secs).collect::<Vec<_>>();
    for (took, expected) in [
        (vec![], 30),
        // Nineteen are too few to know.
        (vec![5; 19], 30),
        // Twenty quick ones: still nobody has unlocked the telephone.
        (vec![3; 20], 10),
        (vec![12; 20], 12),
        ([vec![12; 19], vec![600]].concat(), 120),
        ([vec![12; 39], vec![600]].concat(), 12),
        ((1..=100).collect(), 96),
        // Never so late that the code is nearly over.
        (vec![500; 50], 120),
    ] {
        assert_eq!(slow_after(seconds(&took), UNKNOWN).as_secs(), expected, "{took:?}");
    }
}
