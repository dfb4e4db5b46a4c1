//! `/outbox`: the sandbox inbox, where the messages of a demo and of a quarantined database land.

use axum::response::Response;

use crate::flow::outbox::{self, InboxMessage};
use crate::store::messages::MessageState as State;
use crate::web::ctx::{Ctx, render};
use crate::web::error::Fault;
use crate::web::views::moment::Moment;
use crate::web::views::outbox::{Format, MessageState, Outbox, OutboxMessage};

/// The page; it does not exist where real people log in.
pub(in crate::web) async fn show(ctx: Ctx) -> Result<Response, Fault> {
    if !ctx.app.shows_inbox(ctx.at_machine) {
        return Err(Fault::NotFound);
    }
    let messages = outbox::inbox(&ctx.app).await?.into_iter().map(message).collect();
    render(&Outbox { shell: ctx.shell(None), messages })
}

fn message(message: InboxMessage) -> OutboxMessage {
    OutboxMessage {
        at: Moment::date_time(message.row.created_at),
        channel: message.row.channel,
        to: message.row.destination,
        subject: message.subject,
        text: message.text,
        format: Format::Text,
        state: match message.row.state {
            State::Sent => MessageState::Delivered,
            State::Dropped => MessageState::Expired,
            State::Failed => MessageState::Failed,
            State::Leased | State::Queued => MessageState::Queued,
        },
    }
}
