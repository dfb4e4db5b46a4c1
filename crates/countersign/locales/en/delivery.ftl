## Where the message with the code is

delivery-queued =
    { $channel ->
        [voice] The call is waiting for a line.
       *[other] The message is waiting to be sent.
    }
delivery-sent =
    { $channel ->
        [email] Handed to the mail server at { $at }.
        [voice] The call was placed at { $at }.
       *[other] Handed to the phone network at { $at }; it has not said yet whether it arrived.
    }
delivery-delivered =
    { $channel ->
        [voice] The call was answered at { $at }.
       *[other] Delivered at { $at }.
    }
delivery-failed = It could not be delivered.
delivery-failed-blocked = The phone network did not let the message through.
delivery-failed-landline = This number cannot receive text messages.
delivery-failed-no-answer = Nobody answered the call.
delivery-failed-no-such-number = The phone network does not know this number.
delivery-failed-other = The phone network could not deliver it, and did not say why.
delivery-failed-unreachable = The phone could not be reached: it may be off, out of coverage or full.
delivery-failed-unsubscribed = This number has asked for no more messages (STOP), so none are delivered. Reply START to the last one to allow them again.
delivery-advice-failed = Get the same code another way, with the button below. You do not have to wait.
delivery-advice-slow = This takes longer than usual. You can get the same code another way, with the button below.
delivery-check = Has it been delivered?

## Told by mail when a number has said STOP

notice-texts-stopped-subject = { $site }: text messages to your phone have stopped
notice-texts-stopped-what = Somebody answered STOP to a message at { $mask }, so no text message goes there any more, and no code. Your other ways stay as they are. To get text messages again, reply START to the last one.
sms-notice-texts-stopped = { $site }: text messages to { $mask } have stopped, because STOP was answered there.
