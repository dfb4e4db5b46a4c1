### What people read on the pages. Plain and brief: what happened, then what to do next.

## Every page

# The language, in itself.
language-name = English
language-label = Language
# The browser's title line.
title-page = { $title } – { $site }
# The same after a fault; a screen reader says the first word first.
title-error = Error: { $title } – { $site }
skip-to-content = Skip to content
banner-label = About this installation
banner-demo = This is a demonstration. No message leaves it.
banner-quarantine = Test copy of another installation. No message leaves it.
banner-outbox = Open the sandbox inbox
environment-label = Environment:
footer-help = Need help? Contact
footer-product = Sign-in protected by Countersign
# Takes the place of the contact's name when none is set.
contact-nobody = your administrator
start-over = Start over
back-to-login = Go to the sign-in page
# How a screen reader says a number or address with hidden parts.
mask-spoken = the one that starts with { $start } and ends with { $end }

## Dates and times, as written when no script puts them in the person's own zone

month-short =
    { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
# A moment may use $day, $month, $year, $hour (9), $hour-padded (09) and $minute (always two digits).
moment-date-time = { $day } { month-short } { $year }, { $hour-padded }:{ $minute } UTC
moment-time = { $hour-padded }:{ $minute } UTC
duration-hours =
    { $hours ->
        [one] one hour
       *[other] { $hours } hours
    }
duration-days =
    { $days ->
        [one] one day
       *[other] { $days } days
    }

## Ways a code can travel

channel-email = E-mail
channel-sms = Text message
channel-voice = Phone call

## Choosing the realm

realms-title = Sign in
realms-lead = Which of these are you?

## Signing in

login-title = Sign in
login-identifier = Login ID, user name or e-mail
login-password = Password
login-show = Show
login-hide = Hide
login-show-password = Show password
login-forgot = Forgot your password?
login-submit = Sign in
login-other-realm = Go to a different sign-in page
login-notice-code-expired = Your code was not used in time, so it has ended. Sign in again to get a new one.
login-notice-password-changed = Your password has been changed. Sign in with the new one.
login-notice-session-ended = You have been signed out because your session reached its time limit. Sign in to go on.
login-notice-signed-out = You are signed out. You can close this page.
login-notice-start-again = For your safety, the code page opens only straight after your password. Please sign in again; a code you already have may still work.
login-notice-tries-used = That was the fifth wrong code, so it has been cancelled. Sign in again to get a new one.
login-fault-busy = Many people are signing in right now
login-fault-busy-next = We could not check your password yet. Wait a few seconds and try again.
login-fault-missing = Something is missing
login-fault-missing-next = Fill in both your name and your password.
login-fault-unknown = We could not sign you in
login-fault-unknown-next =
    The name and password do not match, or sign-in is paused. Check both and try again. After { $tries ->
        [one] one failed try
       *[other] { $tries } failed tries
    } it is paused for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }: wait, or contact { $contact }.

## Why a code is asked for

reason-always = A code is part of every sign-in here.
reason-changed-browser = You are using a different browser than last time, so we want to be sure it is you.
reason-factor-too-old =
    It has been more than { $days ->
        [one] a day
       *[other] { $days } days
    } since you last confirmed with a code.
reason-never = You have not confirmed a sign-in with a code yet.
reason-new-network = You are signing in from a different network than last time, so we want to be sure it is you.
reason-recent-failures =
    There { $failures ->
        [one] was one failed sign-in
       *[other] were { $failures } failed sign-ins
    } to your account, so we want to be sure it is you.
reason-untrusted-device = We do not know this browser yet, so we want to be sure it is you.

## Choosing where the code goes

destination-title = How should we send your code?
destination-last-used = Used last time
destination-nothing-sent = Nothing is sent until you choose.
destination-none = I can’t use any of these
destination-none-next = Contact { $contact }. They can check that it is you and set a new number or address.
send-fault-too-many = Too many codes for now
send-fault-too-many-next =
    To protect you, we limit how many codes we send. You can ask for the next one in { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    }. If that is too long, contact { $contact }.
send-fault-retry-at = The next code can go out at
send-fault-unavailable = We could not send your code that way
send-fault-unavailable-next = Choose another way, or try again in a few minutes. If it keeps happening, contact { $contact }.

## Giving the code

code-title = Enter your code
code-lead-sms = We sent a six-digit code by text message to
code-lead-email = We sent a six-digit code by e-mail to
code-lead-voice = Answer the phone and listen: we are calling with a six-digit code on
code-lead-failed = Your code has not gone out yet. We tried
code-lead-resent = We sent the same code again (message { $number }). Any of the messages will do. Sent to
code-lead-called-again = We are calling again with the same code (call { $number }) on
code-lead-already = The code we sent you before still works, so we have not sent another. It went to
code-label = Six-digit code
code-valid-until = Works until
# { $time } is filled in by the page, as in 9:41.
code-time-left = { $time } left
code-tries =
    { $tries ->
        [0] no tries left
        [one] one try left
       *[other] { $tries } tries
    }
code-submit = Confirm
code-trust = Don’t ask for a code in this browser for { $duration }
code-trust-own = Tick this only on a device that is your own.
code-trust-replaces = This replaces { $device }.
code-trust-device = { $name } (last used { $used })
code-fault-format = Enter the six digits of your code.
code-fault-wrong =
    { $tries ->
        [0] That is not the code.
        [one] That is not the code. You have one more try; after that, you start over.
       *[other] That is not the code. Check it and try again: you have { $tries } tries left.
    }
code-status-cooldown =
    A message can take a moment to arrive. You can ask for another in { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
code-status-too-many = We cannot send you more messages for now. The code you already have still works.
code-status-failed = The message could not be sent. Use the buttons below to try again or to send it another way.
code-resend-email = Send the e-mail again
code-resend-sms = Send it again
code-resend-voice = Call me again
code-resend-wait = Send again in { $time }
code-change-destination = Send it another way
code-never-ask = Enter this code only on this page. Nobody from { $site } will ever ask you for it.
code-expired = This code has ended. Start over to get a new one.

## A login that cannot go on

refused-no-destination-title = We have nowhere to send your code
refused-no-destination-what = Your password is right, but this sign-in needs a code, and your account has no phone number or e-mail address that we can use.
refused-no-destination-next = Contact { $contact } and ask them to add one. Then sign in again.
refused-factor-disabled-title = Codes are switched off for your account
refused-factor-disabled-what = Your password is right, but too many wrong codes were entered, so we stopped accepting them to protect your account.
refused-factor-disabled-next = Contact { $contact }. When they have checked that it is you, they can switch codes on again.
refused-account-disabled-title = Your account is switched off
refused-account-disabled-what = Your password is right, but your account has been switched off, so you cannot sign in.
refused-account-disabled-next = If you think that is a mistake, contact { $contact }.
refused-policy-title = You cannot sign in from here
refused-policy-what = Your password is right, but the rules of this site do not allow this sign-in.
refused-policy-next = Contact { $contact } and tell them when and from where you tried.

## Your account

account-title = Your account
account-session = This session
account-identifiers = You sign in as
account-signed-in = Signed in
account-proven = With
account-proven-password = Your password
account-proven-email = Your password and a code by e-mail
account-proven-sms = Your password and a code by text message
account-proven-voice = Your password and a code by phone
account-proven-trusted = Your password, in a browser you trust
account-last-login = The sign-in before this one
account-when = When
account-browser = Browser
account-from = Network address
account-not-you = Was that not you? Change your password and tell your administrator.
account-first-login = This is the first time you signed in.
account-devices = Browsers you trust
account-devices-lead = These are not asked for a code for a while.
account-no-devices = There are none, so you may be asked for a code the next time you sign in.
account-this-browser = This browser
account-device-used = Last used
account-device-until = Trusted until
account-notice-devices-revoked = No browser is trusted any more. You will be asked for a code the next time one is needed.

## Signing out

logout-title = Sign out?
logout-lead = You will be signed out of { $site } in this browser.
logout-submit = Sign out
logout-stay = Stay signed in

## Requests that could not be answered

fault-bad-form-title = That did not arrive whole
fault-bad-form-what = Something in the form was missing or could not be read. Nothing has been changed.
fault-bad-form-next = Open the page again and fill in the form once more.
fault-busy-title = Too busy just now
fault-busy-what = More people than usual are signing in, and we could not answer you in time.
fault-busy-next = Wait half a minute and try again.
fault-foreign-form-title = This form is out of date
fault-foreign-form-what = It came from another page, or it was open for too long. To protect you, nothing has been done with it.
fault-foreign-form-next = Open the sign-in page again. If this keeps happening, check that your browser allows cookies for this site.
fault-internal-title = Something went wrong here
fault-internal-what = The fault is ours, not yours. It has been written down for the people who run this site.
fault-internal-next = Try again in a few minutes. If you ask for help, mention the number below.
fault-not-found-title = There is no such page
fault-not-found-what = The address may be mistyped, or the link may be old.
fault-not-found-next = Check the address, or start from the sign-in page.
fault-too-large-title = That is too much text
fault-too-large-what = The form held more than this page can take. Nothing has been changed.
fault-too-large-next = Go back, shorten what you entered, and try again.
fault-too-many-title = Please slow down
fault-too-many-what = Many requests came from your network in a short time, so we are pausing it for a moment.
fault-too-many-next = Wait a few minutes and try again.
fault-wrong-method-title = This page cannot be opened like that
fault-wrong-method-what = The address is right, but it takes a form, and none was sent.
fault-wrong-method-next = Start from the sign-in page.
fault-request = Number for support:

## The sandbox inbox

outbox-title = Sandbox inbox
outbox-lead = Messages stop here: nothing leaves, and nothing is paid for. The newest is on top.
outbox-reload = Reload
outbox-empty = No messages yet. Sign in somewhere, choose where the code should go, and it appears here.
outbox-code = Code:
outbox-copy = Copy
outbox-copied = Copied
outbox-html = Also as HTML
outbox-state-delivered = Delivered here
outbox-state-expired = No longer needed
outbox-state-failed = Not delivered
outbox-state-queued = Waiting

## The demonstration

welcome-title = Try Countersign
welcome-lead = A sign-in with a second step, running on your own machine. Nothing here is real and no message leaves it.
welcome-step-login = Sign in with one of the accounts below.
welcome-step-choose = Choose where the code should go.
welcome-step-code = Read the code in the
welcome-outbox = sandbox inbox (opens in a new tab)
welcome-identifier = Name
welcome-password = Password
welcome-login = Sign in as { $identifier }
