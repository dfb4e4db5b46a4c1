### The person's own account: where codes can go, two-step login, proving it again; and enrolling.

## Where codes can go

contacts-title = Where we can reach you
contacts-lead = Codes go here, and we tell you here when something about your account changes.
contact-email = E-mail
contact-phone = Phone
contact-none = None yet
contact-unconfirmed = Not confirmed yet, so no code for signing in goes there
contact-verified = Confirmed
contact-directory = From your company directory, and changed there
contact-add-email = Add an e-mail address
contact-add-phone = Add a phone
contact-change-email = Change the e-mail address
contact-change-phone = Change the phone
contact-confirm = Confirm it
contact-remove-email = Remove the e-mail address
contact-remove-phone = Remove the phone

contact-form-replaces = It takes the place of { $old }, which works until the new one is confirmed.
contact-form-address = E-mail address
contact-form-country = Country
contact-form-country-none = Choose, or write + and the country code
contact-form-number = Phone number
contact-form-number-hint = As you dial it in that country, or with + and the country code.
contact-form-send-email = Send a code there
contact-form-send-sms = Send a code by text message
contact-form-send-voice = Call me with a code
contact-form-until = Nothing changes until you have typed the code that we send there.
contact-form-no-way = We cannot send codes that way at the moment. Try again later.
contact-removal-lead = No code will go to { $contact } any more. Browsers you trust will be asked for a code again.
contact-removal-submit = Remove it
own-password = Your password
back = Back
back-to-account = Back to your account

## Two-step login

two-step-title = Two-step sign-in
two-step-forced = It is on for everybody here: besides your password, a code may be asked for.
two-step-not-used = It is not used here.
two-step-not-ready =
    { $ways ->
        [0] It is off. Before you can turn it on, add two ways to be reached: a phone and an e-mail address.
       *[other] It is off. Before you can turn it on, add a second way to be reached, so that you still get in when you lose the first.
    }
two-step-off = It is off: your password alone opens your account.
two-step-on = It is on: besides your password, a code may be asked for.
two-step-turn-on = Turn it on
two-step-turn-off = Turn it off

account-notice-contact-added = It is confirmed. Codes can go there from now on. Browsers you trusted are asked for a code again.
account-notice-contact-changed = It is confirmed. Codes go there from now on, and no longer to the old one. Browsers you trusted are asked for a code again.
account-notice-contact-removed = It is removed. No code goes there any more.
account-notice-confirmed = Thank you. For a few minutes you can change things here.
account-notice-managed = That comes from your company directory. Ask there to have it changed.
account-notice-device-revoked = That browser is not trusted any more.
account-notice-two-step-off = Two-step sign-in is off.
account-notice-two-step-on = Two-step sign-in is on.

account-device-since = Trusted since
account-revoke-one = Stop trusting this browser
account-revoke-all = Stop trusting all of them

## Proving it again

confirm-title = Confirm that it is you
confirm-lead-code =
    Before something about your account changes, we send you a code. Then you have { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }. Where should it go?
confirm-lead-password =
    Before something about your account changes, type your password once more. Then you have { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }.
confirm-none = We cannot send you a code at the moment. Try again later, or contact { $contact }.
confirm-submit = Confirm
entry-lead-again = We sent the same code again. Any of the messages will do. Sent to
entry-lead-failed = Your code has not gone out yet. We tried
entry-back = Use another way

## Enrolling

enrol-title = One more step before you can sign in
enrol-lead = Your password is right. Signing in here also needs a code, and your account has no confirmed phone or e-mail address yet. So that nobody else can add one, show that it is you:
enrol-mail = Send a code by e-mail to
enrol-code = Enrolment code
enrol-code-lead = { $contact } can give you one. It works for a day, once.
enrol-submit = Continue
enrol-add-lead = The enrolment code is accepted. Now tell us where your codes should go.

## Why a form came back

own-fault-bad-email = That is no e-mail address
own-fault-bad-email-next = It looks like name@example.com. Check it and try again.
own-fault-bad-phone = That is no phone number of this country
own-fault-bad-phone-next = Check the number and the country, or write it with + and the country code.
own-fault-bad-phone-kind = We cannot send codes to this kind of number
own-fault-bad-phone-kind-next = Use the number of a mobile or a fixed line. Premium, satellite and toll-free numbers are not possible.
own-fault-code-expired = That code has ended
own-fault-code-expired-next = Ask for a new one.
own-fault-code-format = That is no code
own-fault-code-format-next = Enter the six digits.
own-fault-code-over = That code does not work any more
own-fault-code-over-next = Ask for a new one.
own-fault-code-unchecked = Your code could not be checked just now.
own-fault-code-unchecked-next = That is not your fault. Wait a moment and enter it again.
own-fault-code-wrong = That is not the code
own-fault-code-wrong-next =
    { $count ->
        [one] Check it and try again: you have one more try.
       *[other] Check it and try again: you have { $count } tries left.
    }
own-fault-enrolment-code = That enrolment code does not work
own-fault-enrolment-code-next = It may be mistyped, used, or more than a day old. Check it, or ask { $contact } for a new one.
own-fault-known = Your account has this already
own-fault-known-next = Nothing needs to be changed. Enter another one if you want codes to go elsewhere.
own-fault-needed = This is the only way we can reach you
own-fault-needed-next = Signing in needs a code, so add another way before you remove this one.
own-fault-no-way = We cannot send a code that way
own-fault-no-way-next = Try another way, or try again later. If it keeps happening, contact { $contact }.
own-fault-password = That is not your password
own-fault-password-next = Nothing has been changed. Check it and try again.
own-fault-paused = There were too many wrong tries
own-fault-paused-next =
    To protect you, this is paused. Try again in { $count ->
        [one] one minute
       *[other] { $count } minutes
    }, or contact { $contact }.
own-fault-shared = This number cannot be added
own-fault-shared-next = As many accounts as are allowed have it already. Use another number, or contact { $contact }.
own-fault-too-many = Too many codes for now
own-fault-too-many-next =
    To protect you, we limit how many codes we send. You can ask for the next one in { $count ->
        [one] a minute
       *[other] { $count } minutes
    }. If that is too long, contact { $contact }.
own-fault-unavailable = Your password cannot be checked right now
own-fault-unavailable-next = The system that checks it does not answer. Nothing has been changed, and this try does not count. Try again in a few minutes; if it keeps happening, contact { $contact }.
