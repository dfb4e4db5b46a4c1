### Le compte de la personne : où les codes peuvent aller, la connexion en deux étapes, prouver de nouveau ; et l’inscription.

## Où les codes peuvent aller

contacts-title = Où nous pouvons vous joindre
contacts-lead = Les codes y sont envoyés, et nous vous y prévenons quand quelque chose change dans votre compte.
contact-email = E-mail
contact-phone = Téléphone
contact-none = Aucun pour l’instant
contact-unconfirmed = Pas encore confirmée : aucun code de connexion n’y est envoyé
contact-verified = Confirmé
contact-directory = Vient de l’annuaire de votre entreprise, et s’y modifie
contact-add-email = Ajouter une adresse e-mail
contact-add-phone = Ajouter un téléphone
contact-change-email = Changer l’adresse e-mail
contact-change-phone = Changer de téléphone
contact-confirm = La confirmer
contact-remove-email = Supprimer l’adresse e-mail
contact-remove-phone = Supprimer le téléphone

contact-form-replaces = Remplace { $old }, qui fonctionne jusqu’à la confirmation.
contact-form-address = Adresse e-mail
contact-form-country = Pays
contact-form-country-none = Choisissez, ou écrivez + et l’indicatif
contact-form-number = Numéro de téléphone
contact-form-number-hint = Comme vous le composez dans ce pays, ou avec + et l’indicatif du pays.
contact-form-send-email = Y envoyer un code
contact-form-send-sms = Envoyer un code par SMS
contact-form-send-voice = M’appeler avec un code
contact-form-until = Rien ne change tant que vous n’avez pas saisi le code que nous y envoyons.
contact-form-no-way = Nous ne pouvons pas envoyer de code par ce moyen en ce moment. Réessayez plus tard.
contact-removal-lead = Plus aucun code ne sera envoyé à { $contact }. Un code sera de nouveau demandé dans vos navigateurs de confiance.
contact-removal-submit = Supprimer
own-password = Votre mot de passe
back = Retour
back-to-account = Retour à votre compte

## Connexion en deux étapes

two-step-title = Connexion en deux étapes
two-step-forced = Elle est activée pour tout le monde ici : en plus de votre mot de passe, un code peut vous être demandé.
two-step-not-used = Elle n’est pas utilisée ici.
two-step-not-ready =
    { $ways ->
        [0] Elle est désactivée. Pour l’activer, ajoutez d’abord deux moyens de vous joindre : un téléphone et une adresse e-mail.
       *[other] Elle est désactivée. Pour l’activer, ajoutez d’abord un deuxième moyen de vous joindre, afin de pouvoir entrer même si vous perdez le premier.
    }
two-step-off = Elle est désactivée : votre mot de passe suffit pour ouvrir votre compte.
two-step-on = Elle est activée : en plus de votre mot de passe, un code peut vous être demandé.
two-step-turn-on = L’activer
two-step-turn-off = La désactiver

account-notice-contact-added = C’est confirmé. Les codes peuvent y être envoyés désormais. Un code sera de nouveau demandé dans vos navigateurs de confiance.
account-notice-contact-changed = C’est confirmé. Les codes y sont envoyés désormais, et non plus à l’ancienne adresse ou à l’ancien numéro. Un code sera de nouveau demandé dans vos navigateurs de confiance.
account-notice-contact-removed = C’est supprimé. Plus aucun code n’y est envoyé.
account-notice-confirmed = Merci. Pendant quelques minutes, vous pouvez faire des changements ici.
account-notice-managed = Cela vient de l’annuaire de votre entreprise. C’est là qu’il faut demander un changement.
account-notice-device-revoked = Ce navigateur n’est plus de confiance.
account-notice-two-step-off = La connexion en deux étapes est désactivée.
account-notice-two-step-on = La connexion en deux étapes est activée.

account-device-since = De confiance depuis
account-revoke-one = Ne plus faire confiance à ce navigateur
account-revoke-all = Ne plus faire confiance à aucun

## Prouver de nouveau

confirm-title = Confirmez que c’est bien vous
confirm-lead-code =
    Avant tout changement dans votre compte, nous vous envoyons un code. Vous avez ensuite { $minutes ->
        [1] une minute
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Où faut-il l’envoyer ?
confirm-lead-password =
    Avant tout changement dans votre compte, saisissez encore une fois votre mot de passe. Vous avez ensuite { $minutes ->
        [1] une minute
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }.
confirm-none = Nous ne pouvons pas vous envoyer de code en ce moment. Réessayez plus tard, ou adressez-vous à { $contact }.
confirm-submit = Confirmer
entry-lead-again = Nous avons renvoyé le même code. N’importe lequel des messages convient. Envoyé à
entry-lead-failed = Votre code n’est pas encore parti. Nous avons essayé
entry-back = Utiliser un autre moyen

## Inscription

enrol-title = Encore une étape avant de vous connecter
enrol-lead = Votre mot de passe est correct. Ici, la connexion demande aussi un code, et votre compte n’a encore ni téléphone ni adresse e-mail confirmés. Pour que personne d’autre ne puisse en ajouter, montrez que c’est bien vous :
enrol-mail = Envoyer un code par e-mail à
enrol-code = Code d’inscription
enrol-code-lead = { $contact } peut vous en donner un. Il est valable un jour, une seule fois.
enrol-submit = Continuer
enrol-add-lead = Le code d’inscription est accepté. Dites-nous maintenant où vos codes doivent aller.

## Pourquoi un formulaire revient

own-fault-bad-email = Ce n’est pas une adresse e-mail
own-fault-bad-email-next = Elle ressemble à nom@example.com. Vérifiez-la et réessayez.
own-fault-bad-phone = Ce n’est pas un numéro de téléphone de ce pays
own-fault-bad-phone-next = Vérifiez le numéro et le pays, ou écrivez-le avec + et l’indicatif du pays.
own-fault-bad-phone-kind = Nous ne pouvons pas envoyer de code à ce genre de numéro
own-fault-bad-phone-kind-next = Indiquez un numéro mobile ou fixe. Les numéros surtaxés, par satellite ou gratuits ne conviennent pas.
own-fault-code-expired = Ce code n’est plus valable
own-fault-code-expired-next = Demandez-en un nouveau.
own-fault-code-format = Ce n’est pas un code
own-fault-code-format-next = Saisissez les six chiffres.
own-fault-code-over = Ce code ne fonctionne plus
own-fault-code-over-next = Demandez-en un nouveau.
own-fault-code-unchecked = Votre code n’a pas pu être vérifié.
own-fault-code-unchecked-next = Vous n’y êtes pour rien. Attendez un instant et saisissez-le de nouveau.
own-fault-code-wrong = Ce n’est pas le code
own-fault-code-wrong-next =
    { $count ->
        [1] Vérifiez-le et réessayez : il vous reste un essai.
        [one] Vérifiez-le et réessayez : il vous reste { $count } essai.
       *[other] Vérifiez-le et réessayez : il vous reste { $count } essais.
    }
own-fault-enrolment-code = Ce code d’inscription ne fonctionne pas
own-fault-enrolment-code-next = Il est peut-être mal saisi, déjà utilisé ou vieux de plus d’un jour. Vérifiez-le, ou demandez-en un nouveau à { $contact }.
own-fault-known = Votre compte l’a déjà
own-fault-known-next = Rien n’est à changer. Indiquez autre chose si les codes doivent aller ailleurs.
own-fault-needed = C’est le seul moyen de vous joindre
own-fault-needed-next = La connexion demande un code : ajoutez un autre moyen avant de supprimer celui-ci.
own-fault-no-way = Nous ne pouvons pas envoyer de code par ce moyen
own-fault-no-way-next = Essayez un autre moyen, ou réessayez plus tard. Si cela continue, adressez-vous à { $contact }.
own-fault-password = Ce n’est pas votre mot de passe
own-fault-password-next = Rien n’a été changé. Vérifiez-le et réessayez.
own-fault-paused = Il y a eu trop d’essais erronés
own-fault-paused-next =
    Pour vous protéger, c’est suspendu. Réessayez dans { $count ->
        [1] une minute
        [one] { $count } minute
       *[other] { $count } minutes
    }, ou adressez-vous à { $contact }.
own-fault-shared = Ce numéro ne peut pas être ajouté
own-fault-shared-next = Le nombre de comptes permis pour ce numéro est atteint. Indiquez un autre numéro, ou adressez-vous à { $contact }.
own-fault-too-many = Trop de codes pour l’instant
own-fault-too-many-next =
    Pour vous protéger, nous limitons le nombre de codes envoyés. Vous pourrez demander le prochain dans { $count ->
        [1] une minute
        [one] { $count } minute
       *[other] { $count } minutes
    }. Si c’est trop long, adressez-vous à { $contact }.
own-fault-unavailable = Votre mot de passe ne peut pas être vérifié pour le moment
own-fault-unavailable-next = Le système qui le vérifie ne répond pas. Rien n’a été changé, et cet essai ne compte pas. Réessayez dans quelques minutes ; si cela se répète, adressez-vous à { $contact }.
