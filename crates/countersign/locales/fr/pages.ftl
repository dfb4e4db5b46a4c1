### Ce que l’on lit sur les pages. Simple et bref : ce qui s’est passé, puis ce qu’il faut faire.

## Every page

# La langue, dans sa propre langue.
language-name = Français
language-label = Langue
title-page = { $title } – { $site }
title-error = Erreur : { $title } – { $site }
skip-to-content = Aller au contenu
banner-label = À propos de cette installation
banner-demo = Ceci est une démonstration. Aucun message n’en sort.
banner-quarantine = Copie de test d’une autre installation. Aucun message n’en sort.
banner-outbox = Ouvrir la boîte de test
environment-label = Environnement :
footer-help = Besoin d’aide ? Contactez
footer-product = Connexion protégée par Countersign
contact-nobody = votre administrateur
start-over = Recommencer
back-to-login = Aller à la page de connexion
# Se lit après « au numéro », « à l’adresse » et après le nom d’un moyen d’envoi.
mask-spoken = commençant par { $start } et finissant par { $end }

## Dates and times, as written when no script puts them in the person's own zone

month-short =
    { $month ->
        [1] janv.
        [2] févr.
        [3] mars
        [4] avr.
        [5] mai
        [6] juin
        [7] juil.
        [8] août
        [9] sept.
        [10] oct.
        [11] nov.
       *[12] déc.
    }
# Le premier du mois est le seul jour ordinal ; l’heure s’écrit sans zéro devant.
moment-date-time =
    { $day ->
        [1] 1er
       *[other] { $day }
    } { month-short } { $year } à { $hour } h { $minute } UTC
moment-time = { $hour } h { $minute } UTC
duration-hours =
    { $hours ->
        [1] une heure
        [one] { $hours } heure
       *[other] { $hours } heures
    }
duration-days =
    { $days ->
        [1] un jour
        [one] { $days } jour
       *[other] { $days } jours
    }

## Ways a code can travel

channel-email = E-mail
channel-sms = SMS
channel-voice = Appel téléphonique

## Choosing the realm

realms-title = Connexion
realms-lead = Qui êtes-vous ?

## Signing in

login-title = Connexion
login-identifier = Identifiant, nom d’utilisateur ou e-mail
login-password = Mot de passe
login-show = Afficher
login-hide = Masquer
login-show-password = Afficher le mot de passe
login-forgot = Mot de passe oublié ?
login-submit = Se connecter
login-other-realm = Aller à une autre page de connexion
login-notice-code-expired = Votre code n’a pas été utilisé à temps : il n’est plus valable. Reconnectez-vous pour en recevoir un nouveau.
login-notice-password-changed = Votre mot de passe a été changé. Connectez-vous avec le nouveau.
login-notice-session-ended = Vous avez été déconnecté, car votre session a atteint sa durée maximale. Connectez-vous pour continuer.
login-notice-signed-out = Vous êtes déconnecté. Vous pouvez fermer cette page.
login-notice-start-again = Pour votre sécurité, la page du code ne s’ouvre que juste après votre mot de passe. Reconnectez-vous ; le code que vous avez peut-être déjà reçu peut encore servir.
login-notice-tries-used = C’était le cinquième code erroné : le code a été annulé. Reconnectez-vous pour en recevoir un nouveau.
login-fault-busy = Beaucoup de personnes se connectent en ce moment
login-fault-busy-next = Nous n’avons pas encore pu vérifier votre mot de passe. Attendez quelques secondes, puis réessayez.
login-fault-missing = Il manque quelque chose
login-fault-missing-next = Saisissez votre identifiant et votre mot de passe.
login-fault-unknown = Nous n’avons pas pu vous connecter
login-fault-unknown-next =
    L’identifiant et le mot de passe ne correspondent pas, ou la connexion est suspendue. Vérifiez-les et réessayez. Après { $tries ->
        [1] un échec
        [one] { $tries } échec
       *[other] { $tries } échecs
    }, elle est suspendue pendant { $minutes ->
        [1] une minute
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    } : patientez, ou contactez { $contact }.

## Why a code is asked for

reason-always = Ici, chaque connexion demande un code.
reason-changed-browser = Vous n’utilisez pas le même navigateur que la dernière fois : nous voulons être sûrs que c’est bien vous.
reason-factor-too-old =
    Vous n’avez pas confirmé de connexion avec un code depuis plus { $days ->
        [1] d’un jour
        [one] de { $days } jour
       *[other] de { $days } jours
    }.
reason-never = Vous n’avez encore jamais confirmé de connexion avec un code.
reason-new-network = Vous ne vous connectez pas depuis le même réseau que la dernière fois : nous voulons être sûrs que c’est bien vous.
reason-recent-failures =
    { $failures ->
        [1] Une tentative de connexion à votre compte a échoué
        [one] { $failures } tentative de connexion à votre compte a échoué
       *[other] { $failures } tentatives de connexion à votre compte ont échoué
    } : nous voulons être sûrs que c’est bien vous.
reason-untrusted-device = Nous ne connaissons pas encore ce navigateur : nous voulons être sûrs que c’est bien vous.

## Choosing where the code goes

destination-title = Comment vous envoyer votre code ?
destination-last-used = Utilisé la dernière fois
destination-nothing-sent = Rien n’est envoyé avant votre choix.
destination-none = Je ne peux utiliser aucun de ces moyens
destination-none-next = Contactez { $contact }. On pourra vérifier que c’est bien vous, puis enregistrer un nouveau numéro ou une nouvelle adresse.
send-fault-too-many = Trop de codes pour le moment
send-fault-too-many-next =
    Pour vous protéger, le nombre de codes que nous envoyons est limité. Vous pourrez demander le prochain dans { $minutes ->
        [1] une minute
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Si c’est trop long, contactez { $contact }.
send-fault-retry-at = Le prochain code pourra partir à
send-fault-unavailable = Nous n’avons pas pu envoyer votre code par ce moyen
send-fault-unavailable-next = Choisissez un autre moyen, ou réessayez dans quelques minutes. Si cela se reproduit, contactez { $contact }.

## Giving the code

code-title = Saisissez votre code
code-lead-sms = Nous avons envoyé un code à six chiffres par SMS au numéro
code-lead-email = Nous avons envoyé un code à six chiffres par e-mail à l’adresse
code-lead-voice = Décrochez et écoutez : nous appelons, avec un code à six chiffres, le numéro
code-lead-failed = Votre code n’est pas encore parti. Destination essayée :
code-lead-resent = Nous avons renvoyé le même code (message { $number }). Chacun de ces messages convient. Destination :
code-lead-called-again = Nous rappelons, avec le même code (appel { $number }), le numéro
code-lead-already = Le code déjà envoyé est toujours valable : nous n’en avons pas envoyé d’autre. Destination :
code-label = Code à six chiffres
code-valid-until = Valable jusqu’à
# { $time } est rempli par la page, comme dans 9:41.
code-time-left = encore { $time }
code-tries =
    { $tries ->
        [0] aucun essai restant
        [1] un seul essai restant
       *[other] { $tries } essais
    }
code-submit = Confirmer
code-trust = Ne plus demander de code dans ce navigateur pendant { $duration }
code-trust-own = À ne cocher que sur un appareil qui est le vôtre.
code-trust-replaces = Ce navigateur remplacera { $device }.
code-trust-device = { $name } (dernière utilisation : { $used })
code-fault-format = Saisissez les six chiffres de votre code.
code-fault-wrong =
    { $tries ->
        [0] Ce n’est pas le bon code.
        [1] Ce n’est pas le bon code. Il vous reste un essai ; ensuite, il faudra recommencer.
       *[other] Ce n’est pas le bon code. Vérifiez-le et réessayez : il vous reste { $tries } essais.
    }
code-status-cooldown =
    Un message peut mettre un moment à arriver. Vous pourrez en demander un autre dans { $seconds ->
        [1] une seconde
        [one] { $seconds } seconde
       *[other] { $seconds } secondes
    }.
code-status-too-many = Nous ne pouvons plus vous envoyer de messages pour le moment. Le code que vous avez reçu reste valable.
code-status-failed = Le message n’a pas pu être envoyé. Utilisez les boutons ci-dessous pour réessayer ou pour choisir un autre moyen.
code-resend-email = Renvoyer l’e-mail
code-resend-sms = Renvoyer le SMS
code-resend-voice = Me rappeler
code-resend-wait = Renvoyer dans { $time }
code-change-destination = Choisir un autre moyen
code-never-ask = Ne saisissez ce code que sur cette page. Personne de { $site } ne vous le demandera jamais.
code-expired = Ce code n’est plus valable. Recommencez pour en recevoir un nouveau.

## A login that cannot go on

refused-no-destination-title = Nous ne savons pas où envoyer votre code
refused-no-destination-what = Votre mot de passe est correct, mais cette connexion demande un code, et votre compte n’a ni numéro de téléphone ni adresse e-mail utilisable.
refused-no-destination-next = Contactez { $contact } pour en faire ajouter un. Ensuite, reconnectez-vous.
refused-factor-disabled-title = Les codes sont désactivés pour votre compte
refused-factor-disabled-what = Votre mot de passe est correct, mais trop de codes erronés ont été saisis : pour protéger votre compte, nous ne les acceptons plus.
refused-factor-disabled-next = Contactez { $contact }. Après avoir vérifié que c’est bien vous, on pourra réactiver les codes.
refused-account-disabled-title = Votre compte est désactivé
refused-account-disabled-what = Votre mot de passe est correct, mais votre compte a été désactivé : vous ne pouvez pas vous connecter.
refused-account-disabled-next = Si vous pensez qu’il s’agit d’une erreur, contactez { $contact }.
refused-policy-title = Vous ne pouvez pas vous connecter d’ici
refused-policy-what = Votre mot de passe est correct, mais les règles de ce site n’autorisent pas cette connexion.
refused-policy-next = Contactez { $contact } en précisant quand et d’où vous avez essayé.

## Your account

account-title = Votre compte
account-session = Cette session
account-identifiers = Vos identifiants
account-signed-in = Début
account-proven = Prouvée par
account-proven-password = Votre mot de passe
account-proven-email = Votre mot de passe et un code par e-mail
account-proven-sms = Votre mot de passe et un code par SMS
account-proven-voice = Votre mot de passe et un code par téléphone
account-proven-trusted = Votre mot de passe, dans un navigateur de confiance
account-last-login = La connexion précédente
account-when = Quand
account-browser = Navigateur
account-from = Adresse réseau
account-not-you = Ce n’était pas vous ? Changez votre mot de passe et prévenez votre administrateur.
account-first-login = C’est votre première connexion.
account-devices = Vos navigateurs de confiance
account-devices-lead = Pendant un certain temps, aucun code ne vous y est demandé.
account-no-devices = Il n’y en a aucun : un code pourra vous être demandé à votre prochaine connexion.
account-this-browser = Ce navigateur
account-device-used = Dernière utilisation :
account-device-until = De confiance jusqu’au
account-notice-devices-revoked = Plus aucun navigateur n’est de confiance. Un code vous sera demandé la prochaine fois qu’il en faudra un.

## Signing out

logout-title = Se déconnecter ?
logout-lead = Vous serez déconnecté de { $site } dans ce navigateur.
logout-submit = Se déconnecter
logout-stay = Rester connecté

## Requests that could not be answered

fault-bad-form-title = Le formulaire est arrivé incomplet
fault-bad-form-what = Une partie du formulaire manquait ou n’a pas pu être lue. Rien n’a été modifié.
fault-bad-form-next = Rouvrez la page et remplissez à nouveau le formulaire.
fault-busy-title = Trop de monde en ce moment
fault-busy-what = Plus de personnes que d’habitude se connectent, et nous n’avons pas pu vous répondre à temps.
fault-busy-next = Attendez une demi-minute, puis réessayez.
fault-foreign-form-title = Ce formulaire n’est plus valable
fault-foreign-form-what = Il vient d’une autre page, ou il est resté ouvert trop longtemps. Pour vous protéger, nous n’en avons rien fait.
fault-foreign-form-next = Rouvrez la page de connexion. Si cela se reproduit, vérifiez que votre navigateur accepte les cookies de ce site.
fault-internal-title = Un problème est survenu de notre côté
fault-internal-what = Vous n’y êtes pour rien. Le problème a été consigné pour les responsables de ce site.
fault-internal-next = Réessayez dans quelques minutes. Si vous demandez de l’aide, indiquez le numéro ci-dessous.
fault-not-found-title = Cette page n’existe pas
fault-not-found-what = L’adresse est peut-être mal saisie, ou le lien est ancien.
fault-not-found-next = Vérifiez l’adresse, ou partez de la page de connexion.
fault-too-large-title = Le texte est trop long
fault-too-large-what = Le formulaire contenait plus que ce que cette page peut recevoir. Rien n’a été modifié.
fault-too-large-next = Revenez en arrière, raccourcissez votre saisie et réessayez.
fault-too-many-title = Moins vite, s’il vous plaît
fault-too-many-what = Beaucoup de requêtes sont venues de votre réseau en peu de temps : nous le mettons en pause un moment.
fault-too-many-next = Attendez quelques minutes, puis réessayez.
fault-wrong-method-title = Cette page ne s’ouvre pas ainsi
fault-wrong-method-what = L’adresse est correcte, mais elle attend un formulaire, et aucun n’a été envoyé.
fault-wrong-method-next = Partez de la page de connexion.
fault-request = Numéro pour l’assistance :

## The sandbox inbox

outbox-title = Boîte de test
outbox-lead = Les messages s’arrêtent ici : rien ne part, rien n’est facturé. Le plus récent est en haut.
outbox-reload = Actualiser
outbox-empty = Aucun message pour l’instant. Connectez-vous quelque part, choisissez où envoyer le code, et il apparaîtra ici.
outbox-code = Code :
outbox-copy = Copier
outbox-copied = Copié
outbox-html = Aussi en HTML
outbox-state-delivered = Remis ici
outbox-state-expired = Devenu inutile
outbox-state-failed = Non remis
outbox-state-queued = En attente

## The demonstration

welcome-title = Essayez Countersign
welcome-lead = Une connexion en deux étapes, qui tourne sur votre propre machine. Rien n’y est réel, et aucun message n’en sort.
welcome-step-login = Connectez-vous avec l’un des comptes ci-dessous.
welcome-step-choose = Choisissez où envoyer le code.
welcome-step-code = Lisez le code dans la
welcome-outbox = boîte de test (s’ouvre dans un nouvel onglet)
welcome-identifier = Identifiant
welcome-password = Mot de passe
welcome-login = Se connecter avec { $identifier }
