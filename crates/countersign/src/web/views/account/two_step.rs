//! Whether a login takes two steps, and turning it on and off.

use countersign_core::own::TwoStep;

use crate::web::views::shell::Shell;

/// Where it stands.
#[derive(Clone, Copy, Debug)]
pub struct TwoStepSection(pub TwoStep);

impl TwoStepSection {
    /// Where it stands, in a sentence or two.
    pub fn text(&self, shell: &Shell) -> String {
        match self.0 {
            TwoStep::Forced => shell.t("two-step-forced"),
            TwoStep::NotUsed => shell.t("two-step-not-used"),
            TwoStep::NotReady { ways } => shell.tx.t1("two-step-not-ready", "ways", ways),
            TwoStep::Off => shell.t("two-step-off"),
            TwoStep::On => shell.t("two-step-on"),
        }
    }

    /// The value and the text of the button, if the person may turn it.
    pub fn button(&self) -> Option<(&'static str, &'static str)> {
        match self.0 {
            TwoStep::Off => Some(("on", "two-step-turn-on")),
            TwoStep::On => Some(("off", "two-step-turn-off")),
            TwoStep::Forced | TwoStep::NotUsed | TwoStep::NotReady { .. } => None,
        }
    }
}
